// Words for messages: quoted, listed, and safe for a terminal whatever is in them.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Returns the system's words for an error number.
///
/// - Parameter code: The number, as `errno` has it.
/// - Returns: The words.
package func systemReason(_ code: Int32) -> String {
    String(cString: strerror(code))
}

/// Returns a text in quotation marks that is safe on any terminal: short, and with control
/// characters and other invisible ones written out.
///
/// - Parameter text: What somebody typed.
/// - Returns: The text, quoted.
public func quoted(_ text: String) -> String {
    let most = 80
    let shown = printable(String(text.unicodeScalars.prefix(most)))
    let isLonger = text.unicodeScalars.dropFirst(most).isEmpty == false
    return "'" + shown + (isLonger ? "…" : "") + "'"
}

/// Returns a text with its invisible characters written out, so that it cannot steer a terminal.
///
/// - Parameters:
///   - text: The text, of any length.
///   - kept: Characters that stay as they are, such as tabs in a line of code.
/// - Returns: The text, not quoted.
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

/// Returns a text as it is, or quoted where something in it could steer a terminal.
///
/// - Parameter text: A path, or a text of a template.
/// - Returns: The text.
package func plainOrQuoted(_ text: String) -> String {
    text.unicodeScalars.contains(where: isInvisible) ? quoted(text) : text
}

/// Whether a character shows nothing of its own, or changes what others show.
///
/// - Parameter scalar: The character.
/// - Returns: Whether it has to be written out.
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
///   - most: How many of them to name.
///   - conjunction: What stands before the last one.
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
