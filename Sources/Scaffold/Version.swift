// The one place that knows the version of pa-new, and its day.

/// The version of pa-new, as `pa-new --version` prints it and `.pa-new.json` records it.
public let paNewVersion = "0.1.0"

/// The day of that version, as a manual page has it.
public let paNewDate = "November 24, 2026"
