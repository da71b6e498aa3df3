/// Modules of web sites: includes, logs, links, owners and .htaccess files.
@NullMarked
package dev.packhorse.engine.component.web;

import org.jspecify.annotations.NullMarked;
