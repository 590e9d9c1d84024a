// Names of files that Windows does not know.

/// Whether Windows reserves the name for devices, or does not allow one of its characters or its
/// last character.
func isUnknownToWindows(_ segment: Substring) -> Bool {
    let stem = segment.prefix { $0 != "." }.lowercased()
    let devices: Set = ["con", "prn", "aux", "nul", "conin$", "conout$"]
    let isNumbered =
        stem.utf8.count == 4 && (stem.hasPrefix("com") || stem.hasPrefix("lpt"))
        && ("1"..."9").contains(stem.suffix(1))
    return devices.contains(stem) || isNumbered || segment.hasSuffix(".")
        || segment.hasSuffix(" ") || segment.contains { "<>:\"\\|?*".contains($0) }
}
