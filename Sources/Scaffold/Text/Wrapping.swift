// Wraps texts into lines.

/// Wraps a text into lines of at most `width` characters; a longer word stays whole.
///
/// - Parameters:
///   - text: The text.
///   - width: The maximum length of a line, in characters.
/// - Returns: The lines, without their ends.
package func wrapped(_ text: String, to width: Int) -> [String] {
    if isPrintableASCII(text) { return wrappedASCII(text, to: width) }
    var lines: [String] = []
    for word in text.split(separator: " ") {
        if let line = lines.last, line.count + 1 + word.count <= width {
            lines[lines.count - 1] = line + " " + word
        } else {
            lines.append(String(word))
        }
    }
    return lines
}

/// Wraps a text whose bytes are its characters: counting those of any text takes long.
private func wrappedASCII(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.utf8.split(separator: UInt8(ascii: " ")) {
        if line.isEmpty {
            line = String(Substring(word))
        } else if line.utf8.count + 1 + word.count <= width {
            line += " "
            line += Substring(word)
        } else {
            lines.append(line)
            line = String(Substring(word))
        }
    }
    return line.isEmpty ? lines : lines + [line]
}
