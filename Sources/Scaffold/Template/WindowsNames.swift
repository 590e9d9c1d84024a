// Names of files that Windows does not know.

/// Whether Windows reserves the name for devices, or does not allow one of its characters or its
/// last character.
func isUnknownToWindows(_ segment: Substring) -> Bool {
    let bytes = segment.utf8
    if let last = bytes.last, last == UInt8(ascii: ".") || last == UInt8(ascii: " ") { return true }
    if bytes.contains(where: { "<>:\"\\|?*".utf8.contains($0) }) { return true }
    let size = bytes.firstIndex(of: UInt8(ascii: ".")).map { bytes[..<$0].count } ?? bytes.count
    // The names of devices have three to seven letters.
    guard (3...7).contains(size) else { return false }
    let stem = segment.prefix { $0 != "." }.lowercased()
    let isNumbered =
        stem.utf8.count == 4 && (stem.hasPrefix("com") || stem.hasPrefix("lpt"))
        && ("1"..."9").contains(stem.suffix(1))
    return devices.contains(stem) || isNumbered
}

private let devices: Set = ["con", "prn", "aux", "nul", "conin$", "conout$"]
