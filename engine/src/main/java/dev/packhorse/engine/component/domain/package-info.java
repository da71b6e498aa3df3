/// What belongs to domains: the list of domains, virtual hosts, zones, mail files, certificates. An
/// account gets only domains that no other account of this server has.
@NullMarked
package dev.packhorse.engine.component.domain;

import org.jspecify.annotations.NullMarked;
