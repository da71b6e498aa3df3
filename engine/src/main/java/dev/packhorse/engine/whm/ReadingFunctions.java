package dev.packhorse.engine.whm;

import java.util.Set;

/// The functions that change nothing and show no secret: their calls are audited only where they
/// are refused. A function that is not named here is audited, so that a new one is never forgotten.
/// `batch` is here since each of its calls is audited by itself.
final class ReadingFunctions {
    private static final Set<String> NAMES =
            Set.of(
                    "accountsummary",
                    "api_token_get_details",
                    "api_token_list",
                    "applist",
                    "available_transfer_modules",
                    "backup_config_get",
                    "backup_date_list",
                    "backup_destination_get",
                    "backup_destination_list",
                    "backup_does_client_id_have_google_credentials",
                    "backup_get_transport_status",
                    "backup_list_transported",
                    "backup_set_list",
                    "backup_set_list_combined",
                    "backup_skip_users_all_status",
                    "backup_user_list",
                    "batch",
                    "check_remote_ssh_connection",
                    "domainuserdata",
                    "fetch_pkgacct_master_log",
                    "fetch_transfer_session_log",
                    "get_all_contact_importances",
                    "get_api_calls",
                    "get_application_contact_event_importance",
                    "get_application_contact_importance",
                    "get_current_users_count",
                    "get_domain_info",
                    "get_homedir_roots",
                    "get_pkgacct_session_state",
                    "get_transfer_session_state",
                    "get_tweaksetting",
                    "get_users_and_domains_with_backup_metadata",
                    "get_users_with_backup_metadata",
                    "getdiskusage",
                    "getdomainowner",
                    "gethostname",
                    "list_cparchive_files",
                    "list_hooks",
                    "list_users",
                    "listaccts",
                    "listlockedaccounts",
                    "listsuspended",
                    "myprivs",
                    "packhorse_drill_list",
                    "packhorse_job_get",
                    "packhorse_job_list",
                    "packhorse_lockout_list",
                    "packhorse_pin_list",
                    "packhorse_prune_plan",
                    "packhorse_recover_list",
                    "packhorse_restore_plan",
                    "packhorse_restore_point_list",
                    "packhorse_safety_copy_list",
                    "packhorse_schedule_preview",
                    "packhorse_second_factor_list",
                    "packhorse_session_log",
                    "packhorse_status",
                    "packhorse_verify_plan",
                    "restore_modules_summary",
                    "restore_queue_is_active",
                    "restore_queue_list_active",
                    "restore_queue_list_completed",
                    "restore_queue_list_pending",
                    "restore_queue_state",
                    "servicestatus",
                    "systemloadavg",
                    "transfer_module_schema",
                    "validate_system_user",
                    "verify_new_username",
                    "verify_new_username_for_restore",
                    "verify_posturl_access",
                    "verify_slack_access",
                    "version");

    private ReadingFunctions() {}

    static boolean has(String function) {
        return NAMES.contains(function);
    }

    static Set<String> names() {
        return NAMES;
    }
}
