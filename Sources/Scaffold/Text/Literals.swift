// Texts as literals of the languages of files, so that an answer cannot break the code around it.

import Mustache

/// A language in which a template can write an answer: `{{author.python}}`.
public enum LiteralLanguage: String, Sendable, CaseIterable {
    /// A Python literal, quoted as ruff would quote it.
    case python
    /// A JSON value, which is safe in a `<script>` of an HTML page, too.
    case json
    /// A TOML value.
    case toml
    /// A YAML value; a text is in quotation marks, so that `yes` and `1e3` are texts, too.
    case yaml
    /// Text for HTML and XML, or for an attribute in quotation marks.
    case html
    /// A word of a POSIX shell.
    case shell

    /// Finds the language of a file; nil if it is none of these.
    ///
    /// - Parameter path: The path of the file in a project.
    init?(ofFile path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "py", "pyi": self = .python
        case "json": self = .json
        case "toml": self = .toml
        case "yaml", "yml": self = .yaml
        case "html", "htm", "svg", "xml": self = .html
        case "sh", "bash": self = .shell
        default: return nil
        }
    }

    /// The language in words, for messages.
    var title: String {
        switch self {
        case .python: "Python"
        case .json, .toml, .yaml, .html: rawValue.uppercased()
        case .shell: "the shell"
        }
    }

    /// The mark that begins a comment of one line; nil if there is none.
    var commentMark: Character? {
        switch self {
        case .python, .toml, .yaml, .shell: "#"
        case .json, .html: nil
        }
    }

    /// The characters of ASCII that can have a meaning of their own inside a text of the language.
    var marks: String {
        switch self {
        case .python, .toml: "\"'\\"
        case .json: "\"\\"
        case .yaml: "\"'\\:#{}[]&*!|>%@`,?"
        case .html: "<>&\"'"
        case .shell: "\"'\\$`!&|;<>(){}[]*?~# "
        }
    }
}

extension LiteralLanguage {
    /// Returns a value as a literal.
    ///
    /// - Parameter value: The value of a name in templates.
    /// - Returns: The literal; nil if the language has none for such a value.
    func literal(_ value: Mustache.Value) -> String? {
        switch value {
        case .string(let text): literal(text)
        case .bool(let truth): self == .python ? (truth ? "True" : "False") : "\(truth)"
        case .integer(let number): "\(number)"
        case .list(let items): literal(items)
        case .deferred, .withMembers: literal(value.made)
        case .null, .decimal, .object, .lambda: nil
        }
    }

    /// Returns a list of values as a literal: in the shell, as words.
    private func literal(_ items: [Mustache.Value]) -> String? {
        let literals = items.compactMap { literal($0) }
        guard literals.count == items.count, self != .html else { return nil }
        return self == .shell
            ? literals.joined(separator: " ") : "[" + literals.joined(separator: ", ") + "]"
    }

    /// Returns a text as a literal.
    ///
    /// - Parameter text: The text. No shell and no HTML page can have a NUL.
    /// - Returns: The literal, which means exactly that text.
    func literal(_ text: String) -> String {
        switch self {
        case .html: return escaped(text)
        case .shell:
            return "'"
                + text.unicodeScalars.reduce(into: "") { $0 += $1 == "'" ? "'\\''" : "\($1)" }
                + "'"
        case .python, .json, .toml, .yaml:
            let quote = quote(for: text)
            var literal = quote
            for scalar in text.unicodeScalars { literal += code(of: scalar, in: quote) }
            return literal + quote
        }
    }

    /// Returns the quotation mark around a text: in Python the one that needs fewer escapes.
    private func quote(for text: String) -> String {
        guard self == .python else { return "\"" }
        let (doubles, singles) = text.unicodeScalars.reduce((0, 0)) { counts, scalar in
            (counts.0 + (scalar == "\"" ? 1 : 0), counts.1 + (scalar == "'" ? 1 : 0))
        }
        return doubles > singles ? "'" : "\""
    }

    /// Returns a character as it is between quotation marks.
    private func code(of scalar: Unicode.Scalar, in quote: String) -> String {
        switch scalar {
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\"", "'": return (String(scalar) == quote ? "\\" : "") + String(scalar)
        // In HTML, a `</script>` ends a script even inside of a text.
        case "<" where self == .json: return "\\u003c"
        case _ where !isShown(scalar): break
        default: return String(scalar)
        }
        let number = scalar.value
        if number < 0x100, self == .python { return "\\x" + hex(number, digits: 2) }
        if number < 0x10000 { return "\\u" + hex(number, digits: 4) }
        if self != .json { return "\\U" + hex(number, digits: 8) }
        // JSON has no number for this character, but two for its halves in UTF-16.
        return String(scalar).utf16.map { "\\u" + hex(UInt32($0), digits: 4) }.joined()
    }

    /// Returns a text for HTML; also a lone carriage return, which browsers would take for a line end.
    private func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { html, scalar in
            switch scalar {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            case "\r": html += "&#13;"
            default: html.unicodeScalars.append(scalar)
            }
        }
    }
}

/// Whether a character can be in source code as it is: no control, nothing invisible that changes what
/// a reader sees, nothing that is no character.
///
/// It is a list and not a property in Unicode's tables, so that every build of pa-new writes the same bytes.
private func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F, 0xAD, 0x61C, 0x180E: false
    case 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F: false
    case 0xFDD0...0xFDEF, 0xFEFF, 0xFFF0...0xFFFB, 0xE0000...0xE0FFF: false
    case let number: number & 0xFFFE != 0xFFFE
    }
}

/// Returns a number in hexadecimal digits.
private func hex(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
