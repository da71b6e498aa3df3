package dev.packhorse.engine.settings;

import dev.packhorse.engine.model.SpeedPlan;
import java.util.List;
import java.util.Map;

/// The keys of the configuration below `bandwidth`.
public final class BandwidthKeys {
    private static final String FORM = "a size a second, as HH:MM-HH:MM 2MiB, 10MiB, or nothing";

    public static final SettingKey<SpeedPlan> UPLOAD =
            new SettingKey<>("bandwidth.upload", "", FORM, SpeedPlan::parse);
    public static final SettingKey<SpeedPlan> DOWNLOAD =
            new SettingKey<>("bandwidth.download", "", FORM, SpeedPlan::parse);
    public static final SettingKey<Map<String, SpeedPlan>> DESTINATIONS =
            new SettingKey<>(
                    "bandwidth.destinations",
                    "",
                    "DESTINATION: HH:MM-HH:MM 2MiB, 10MiB; DESTINATION: …, or nothing",
                    SpeedPlan::parsePlaces);

    private BandwidthKeys() {}

    static List<SettingKey<?>> all() {
        return List.of(UPLOAD, DOWNLOAD, DESTINATIONS);
    }
}
