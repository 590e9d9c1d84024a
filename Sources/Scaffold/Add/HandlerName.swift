// Which names and paths a new handler can have, and the forms of a valid name.

import ProjectFiles

/// A valid name of a handler, and its forms.
public struct HandlerName: Sendable, Hashable {
    /// The name as it was typed, in small letters: `about_us`.
    package let text: String

    /// The words of the name.
    private var words: [Substring] { text.split(separator: "_") }

    /// The name in upper camel case, as classes have it: `AboutUs`.
    var type: String { words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

    /// The name as a path has it: `about-us`.
    var slug: String { words.joined(separator: "-") }

    /// The name as a heading: `About us`.
    var title: String {
        let title = words.joined(separator: " ")
        return title.prefix(1).uppercased() + title.dropFirst()
    }

    /// The maximum length: with it, no generated line is too long.
    static let maxLength = 40

    /// Why a name is refused.
    public enum Problem: Sendable, Hashable {
        /// It is empty.
        case empty
        /// It has more characters than ``HandlerName/maxLength``.
        case tooLong(count: Int)
        /// It has another character than a small letter from a to z, a digit or `_`.
        case character(Character)
        /// It starts with a digit.
        case leadingDigit
        /// A `_` is not between two words.
        case looseUnderscore
        /// It is a keyword of Python.
        case keyword
        /// Python has a function or class of this name, which the handler would hide.
        case builtin
    }

    /// Checks a name that the user typed.
    ///
    /// - Parameter text: The name.
    /// - Throws: ``ScaffoldError/badHandlerName(_:_:suggestion:)`` with the first rule that it breaks.
    package init(_ text: String) throws(ScaffoldError) {
        if let problem = Self.problem(with: text) {
            throw .badHandlerName(text, problem, suggestion: Self.suggestion(for: text))
        }
        self.text = text
    }

    private static func problem(with text: String) -> Problem? {
        guard let first = text.first else { return .empty }
        // Check the length first, because the text can be of any length.
        if text.utf8.count > maxLength, text.count > maxLength {
            return .tooLong(count: text.count)
        }
        if let stranger = text.first(where: { !isAllowed($0) }) { return .character(stranger) }
        if first.isNumber { return .leadingDigit }
        if text.hasPrefix("_") || text.hasSuffix("_") || text.holds("__") {
            return .looseUnderscore
        }
        if pythonKeywords.contains(text) { return .keyword }
        if pythonBuiltins.contains(text) { return .builtin }
        return nil
    }

    /// Returns a valid name that resembles the refused one: `about_us` for `aboutUs` and `about-us`.
    private static func suggestion(for text: String) -> String {
        let text =
            text.allSatisfy(\.isASCII) ? text : transliterated(String(text.prefix(maxLength)))
        var words = [""]
        var wasSmall = false
        for character in text.prefix(maxLength) {
            let isWord = character.isASCII && (character.isLetter || character.isNumber)
            if !isWord || (character.isUppercase && wasSmall) { words.append("") }
            if isWord { words[words.count - 1] += character.lowercased() }
            wasSmall = isWord && !character.isUppercase
        }
        words = words.filter { !$0.isEmpty }
        // The template adds this word itself, if its handlers are classes.
        if words.count > 1, words.last == AdditionKind.handler.rawValue { words.removeLast() }
        let joined = String(words.joined(separator: "_").drop { $0.isNumber || $0 == "_" })
        return [joined, joined + "_page"].first { problem(with: $0) == nil } ?? "about"
    }

    private static func isAllowed(_ character: Character) -> Bool {
        switch character {
        case "a"..."z", "0"..."9", "_": character.isASCII
        default: false
        }
    }
}

/// A valid path of a page.
public struct PagePath: Sendable, Hashable {
    /// The path: it starts with `/`.
    package let text: String

    /// The maximum length: with it, no generated line is too long.
    static let maxLength = 55

    /// Why a path is refused.
    public enum Problem: Sendable, Hashable {
        /// It does not start with `/`.
        case relative
        /// It has more characters than ``PagePath/maxLength``.
        case tooLong(count: Int)
        /// It has a query or a fragment.
        case query(Character)
        /// It has a character of a parameter or a pattern.
        case parameter(Character)
        /// It has another character that is not allowed.
        case character(Character)
        /// It has an empty part, or one that is `.` or `..`.
        case part(String)
        /// PythonAnywhere serves the files below `/static/` without the app.
        case staticFiles
    }

    /// Checks a path.
    ///
    /// - Parameter text: The path, as the user typed it.
    /// - Throws: ``ScaffoldError/badPagePath(_:_:)`` with the first rule that it breaks.
    package init(_ text: String) throws(ScaffoldError) {
        if let problem = Self.problem(with: text) { throw .badPagePath(text, problem) }
        self.text = text
    }

    private static func problem(with text: String) -> Problem? {
        guard text.utf8.first == UInt8(ascii: "/") else { return .relative }
        if text.utf8.count > maxLength, text.count > maxLength {
            return .tooLong(count: text.count)
        }
        for character in text where !isAllowed(character) {
            if character == "?" || character == "#" { return .query(character) }
            if "<>{}()[]:*+^$|\\".contains(character) { return .parameter(character) }
            return .character(character)
        }
        let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.isEmpty && index < parts.count - 1 || part == "." || part == ".." {
                return .part(String(part))
            }
        }
        return parts.first == "static" ? .staticFiles : nil
    }

    private static func isAllowed(_ character: Character) -> Bool {
        switch character {
        case "a"..."z", "A"..."Z", "0"..."9", "/", "-", ".", "_", "~": character.isASCII
        default: false
        }
    }
}
