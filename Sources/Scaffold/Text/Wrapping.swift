// Wraps texts into lines.

/// Wraps a text into lines of at most `width` characters; a longer word stays whole.
///
/// - Parameters:
///   - text: The text.
///   - width: The maximum length of a line, in characters.
/// - Returns: The lines, without their ends.
package func wrapped(_ text: String, to width: Int) -> [String] {
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
