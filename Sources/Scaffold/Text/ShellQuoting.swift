// Paths and texts as words for a shell: what is pasted can mean nothing else.

/// Returns a path as one word for a shell: never an option, and with nothing in it that could steer
/// a terminal.
///
/// - Parameter path: The path.
/// - Returns: The word; with control characters it has the form `$'...'`, which POSIX.1-2024 knows.
public func shellQuoted(_ path: String) -> String {
    shellWord(path.hasPrefix("-") ? "./" + path : path)
}

/// Returns a text as one word for a shell, as ``shellQuoted(_:)`` does for a path.
///
/// - Parameter text: The text.
/// - Returns: The word, which means just that text.
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
                // Three octal digits: no character behind them can be taken for a fourth.
                word += "\\" + String(byte >> 6) + String(byte >> 3 & 7) + String(byte & 7)
            }
        } else {
            if scalar == "'" || scalar == "\\" { word += "\\" }
            word.unicodeScalars.append(scalar)
        }
    }
    return word + "'"
}
