package dev.packhorse.engine.hook;

/// A script that is called at a stage of an event.
///
/// Source: whmapi1-protocol 12.1.
///
/// @param id 24 letters and digits
/// @param category as `System`
/// @param event as `Backup`
/// @param stage as `pre`
/// @param script its file, absolute
/// @param check a script that looks at what came of it, empty for none
/// @param rollback a script that undoes it, empty for none
/// @param description one line, may be empty
/// @param notes one line, may be empty
/// @param enabled whether it is called
/// @param blocking whether its failure ends the event
/// @param escalate whether it runs as root where the event runs as an account
/// @param weight smaller ones of a stage are called first
public record Hook(
        String id,
        String category,
        String event,
        String stage,
        String script,
        String check,
        String rollback,
        String description,
        String notes,
        boolean enabled,
        boolean blocking,
        boolean escalate,
        int weight) {
    public Hook withWeight(int newWeight) {
        return new Hook(
                id,
                category,
                event,
                stage,
                script,
                check,
                rollback,
                description,
                notes,
                enabled,
                blocking,
                escalate,
                newWeight);
    }

    /// The event as it is written everywhere, as `System::Backup`.
    public String eventName() {
        return category + "::" + event;
    }
}
