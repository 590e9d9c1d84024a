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
    let text = String(text)
    if isPrintableASCII(text) { return text }
    var shown = ""
    var isAfterSymbol = false
    for scalar in text.unicodeScalars {
        // These two choose between the forms of a symbol, as in a heart; anywhere else they hide.
        let isForm = isAfterSymbol && (0xFE0E...0xFE0F).contains(scalar.value)
        if isInvisible(scalar), !isForm, !kept.contains(scalar) {
            shown += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
            shown.unicodeScalars.append(scalar)
        }
        isAfterSymbol = scalar.properties.generalCategory == .otherSymbol
    }
    return shown
}

/// Returns a JSON document with its invisible characters escaped: the same document, but nothing in it controls a
/// terminal.
///
/// - Parameter document: The document.
/// - Returns: The document, whose line ends stay.
package func printable(document: String) -> String {
    guard document.unicodeScalars.contains(where: { isInvisible($0) && $0 != "\n" }) else {
        return document
    }
    var shown = ""
    for scalar in document.unicodeScalars {
        if isInvisible(scalar), scalar != "\n" {
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        } else {
            shown.unicodeScalars.append(scalar)
        }
    }
    return shown
}

/// Returns a text unchanged, or quoted if it could control a terminal.
///
/// - Parameter text: A path, or a text of a template.
/// - Returns: The text.
package func plainOrQuoted(_ text: String) -> String {
    if isPrintableASCII(text) { return text }
    return text.unicodeScalars.contains(where: isInvisible) ? quoted(text) : text
}

/// Whether a text has only the characters of ASCII that can be seen, and spaces: each byte is a character.
///
/// - Parameter text: The text.
/// - Returns: Whether nothing in it needs a closer look, as in most texts.
func isPrintableASCII(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
}

/// Whether a character is invisible, or changes how other characters are shown.
///
/// Besides controls and formats, that are the characters that Unicode calls ignorable by default (tags, variation
/// selectors, fillers), and the blank Braille pattern. `HostPython/pa_new_shared/text.py` has the same ones.
///
/// - Parameter scalar: The character.
/// - Returns: Whether it has to be escaped.
public func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    // Most texts are ASCII.
    if scalar.value < 0x7F { return scalar.value < 0x20 }
    return switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        true
    default: scalar.properties.isDefaultIgnorableCodePoint || scalar.value == 0x2800
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
