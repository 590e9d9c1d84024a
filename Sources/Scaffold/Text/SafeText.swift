// Texts for messages: quoted, listed, and safe to print on a terminal.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Returns the system's message for an error number.
///
/// - Parameter code: The number, as in `errno`.
/// - Returns: The message.
package func systemReason(_ code: Int32) -> String {
    String(cString: strerror(code))
}

/// Returns a text in quotation marks that is safe for any terminal: shortened, and with control
/// characters and other invisible ones escaped.
///
/// - Parameter text: A text that the user typed.
/// - Returns: The text, quoted.
public func quoted(_ text: String) -> String {
    let most = 80
    let shown = printable(String(text.unicodeScalars.prefix(most)))
    let isLonger = text.unicodeScalars.dropFirst(most).isEmpty == false
    return "'" + shown + (isLonger ? "…" : "") + "'"
}

/// Returns a text with its invisible characters escaped, so that it cannot control a terminal.
///
/// - Parameters:
///   - text: The text, of any length.
///   - kept: Characters that are not escaped, such as tabs in a line of code.
/// - Returns: The text, without quotation marks.
package func printable(_ text: some StringProtocol, keeping kept: Set<Unicode.Scalar> = [])
    -> String
{
    text.unicodeScalars.reduce(into: "") { shown, scalar in
        if isInvisible(scalar), !kept.contains(scalar) {
            shown += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
            shown.unicodeScalars.append(scalar)
        }
    }
}

/// Returns a text unchanged, or quoted if it could control a terminal.
///
/// - Parameter text: A path, or a text of a template.
/// - Returns: The text.
package func plainOrQuoted(_ text: String) -> String {
    text.unicodeScalars.contains(where: isInvisible) ? quoted(text) : text
}

/// Whether a character is invisible, or changes how other characters are shown.
///
/// - Parameter scalar: The character.
/// - Returns: Whether it has to be escaped.
public func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        true
    default: false
    }
}

/// Returns words as a list in a sentence: `a, b and c`.
///
/// - Parameters:
///   - words: The words.
///   - most: The maximum number of words to name.
///   - conjunction: The word before the last one.
/// - Returns: The list.
public func listed(
    _ words: [String],
    most: Int = .max,
    conjunction: String = "and"
) -> String {
    if words.count > most {
        return words.prefix(most).joined(separator: ", ") + " and \(words.count - most) more"
    }
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
