/// The account itself: its user, settings, password, shell, quota, crontab, FTP logins, packages
/// and suspension, and what comes before and after a restore.
@NullMarked
package dev.packhorse.engine.component.account;

import org.jspecify.annotations.NullMarked;
