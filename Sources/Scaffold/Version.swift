// The only place that contains the version of pa-new, and its date.

/// The version of pa-new, as `pa-new --version` prints it and `.pa-new.json` records it.
public let paNewVersion = "0.1.0"

/// The date of that version, in the form of manual pages.
public let paNewDate = "November 24, 2026"
