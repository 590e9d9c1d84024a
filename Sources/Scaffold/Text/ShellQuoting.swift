// Quotes paths and texts for a shell, so that they keep their meaning when the user pastes them.

/// Returns a path as one shell word that is never an option and contains nothing that could
/// control a terminal.
///
/// - Parameter path: The path.
/// - Returns: The word; control characters need the form `$'...'`, which POSIX.1-2024 defines.
public func shellQuoted(_ path: String) -> String {
    shellWord(path.hasPrefix("-") ? "./" + path : path)
}

/// Returns a text as one shell word, like ``shellQuoted(_:)`` for a path.
///
/// - Parameter text: The text.
/// - Returns: The word, which means exactly that text.
func shellWord(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "/._-+,:@%".utf8.contains(byte)
        }
    }
    if plain, !text.isEmpty { return text }
    guard text.unicodeScalars.contains(where: isInvisible) else {
        return "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
    var word = "$'"
    for scalar in text.unicodeScalars {
        if isInvisible(scalar) {
            for byte in String(scalar).utf8 {
                // Three octal digits, so that a digit after them is not read as part of the number.
                word += "\\" + String(byte >> 6) + String(byte >> 3 & 7) + String(byte & 7)
            }
        } else {
            if scalar == "'" || scalar == "\\" { word += "\\" }
            word.unicodeScalars.append(scalar)
        }
    }
    return word + "'"
}
