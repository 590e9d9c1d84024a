// The questions of a template, and which answers are valid.

import Mustache

/// The answer to a question.
public enum AnswerValue: Sendable, Hashable {
    /// A text, or the word of a choice.
    case text(String)
    /// A truth value.
    case bool(Bool)
    /// A whole number.
    case integer(Int)
    /// Lines of text.
    case lines([String])
}

extension AnswerValue: Codable {
    /// Decodes a text, a truth value, a whole number or a list of texts.
    ///
    /// - Parameter decoder: The decoder of a single value.
    /// - Throws: `DecodingError` if it is something else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let lines = try? container.decode([String].self) {
            self = .lines(lines)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// Encodes the value itself.
    ///
    /// - Parameter encoder: The encoder of a single value.
    /// - Throws: An error of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .lines(let lines): try container.encode(lines)
        }
    }
}

/// A question that a template asks.
public struct Question: Sendable, Hashable {
    /// The type of a question's answers.
    public enum Kind: Sendable, Hashable {
        /// One line of text, which must match the pattern if there is one.
        case text(Pattern?)
        /// Yes or no.
        case bool
        /// A whole number.
        case integer
        /// One of these words.
        case choice([String])
        /// Any number of lines, for what an app that is there already needs.
        case lines
    }

    /// The key for `--set`, and the name in templates.
    public let key: String
    /// The type of its answers.
    public let kind: Kind
    /// The text of the question on a terminal.
    public let prompt: String
    /// A line with more explanation.
    public let help: String?
    /// The default answer; nil if an answer is required.
    public let defaultAnswer: AnswerValue?
    /// The condition for the question to be asked.
    public let condition: Condition
    /// Whether a terminal asks it; if not, the default counts unless the user gives another answer.
    public internal(set) var isAsked = true
    /// The keys that it had in earlier versions of the template.
    public internal(set) var formerKeys: [String] = []

    /// The maximum size of an answer, in bytes.
    static let maxAnswerLength = 4096
    /// The maximum number of lines of an answer.
    static let maxLines = 1000

    /// Converts an answer that the user typed.
    ///
    /// - Parameter text: The typed text.
    /// - Returns: The answer.
    /// - Throws: ``AnswerProblem`` if the answer is not valid for the question.
    public func answer(typed text: String) throws(AnswerProblem) -> AnswerValue {
        let value: AnswerValue
        switch kind {
        case .text, .choice: value = .text(text)
        case .bool:
            switch text.lowercased() {
            case "yes", "y", "true", "on": value = .bool(true)
            case "no", "n", "false", "off": value = .bool(false)
            default: throw .notYesOrNo
            }
        case .integer:
            guard let number = Int(text) else {
                let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
                let isNumber = !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
                throw isNumber ? .tooManyDigits : .notAnInteger
            }
            value = .integer(number)
        case .lines:
            value = .lines(
                text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            )
        }
        try check(value)
        return value
    }

    /// Checks whether an answer is valid for the question.
    ///
    /// - Parameter value: The answer.
    /// - Throws: ``AnswerProblem`` with the rule that it breaks.
    public func check(_ value: AnswerValue) throws(AnswerProblem) {
        switch (kind, value) {
        case (.text(let pattern), .text(let text)):
            try checkLine(text)
            if let pattern, !pattern.matches(text) { throw .noMatch(pattern: pattern.source) }
        case (.choice(let words), .text(let text)):
            guard words.contains(text) else {
                throw .notAChoice(nearest: nearest(to: text, in: words), words: words)
            }
        case (.lines, .lines(let lines)):
            if lines.count > Self.maxLines { throw .tooManyLines(most: Self.maxLines) }
            for line in lines { try checkLine(line) }
        case (.bool, .bool), (.integer, .integer): break
        default: throw .wrongType(expected: kind.name)
        }
    }

    private func checkLine(_ text: String) throws(AnswerProblem) {
        if text.utf8.count > Self.maxAnswerLength { throw .tooLong(most: Self.maxAnswerLength) }
        if let scalar = text.unicodeScalars.first(where: isControl) {
            throw .controlCharacter(scalar)
        }
    }

    /// Whether a character would break a line or control a terminal.
    private func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Characters that change the direction of the text around them.
        default: scalar.properties.isBidiControl
        }
    }
}

extension Question.Kind {
    /// The type of the answer in words, for errors.
    var name: String {
        switch self {
        case .text: "a text"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .choice: "one of the choices"
        case .lines: "a list of texts"
        }
    }
}

/// Why an answer is not valid for a question.
public enum AnswerProblem: Error, Sendable, Hashable {
    /// It has another type.
    case wrongType(expected: String)
    /// It is not one of the words for yes and no.
    case notYesOrNo
    /// It is not a whole number, or does not fit in 64 bits.
    case notAnInteger
    /// A whole number that is too large.
    case tooManyDigits
    /// It is not one of the choices; the nearest choice, and all of them.
    case notAChoice(nearest: String?, words: [String])
    /// It does not match the question's pattern.
    case noMatch(pattern: String)
    /// It has a control character or another one that is not allowed in a line of text.
    case controlCharacter(Unicode.Scalar)
    /// It has too many bytes.
    case tooLong(most: Int)
    /// It has too many lines.
    case tooManyLines(most: Int)
}

/// A condition, which holds if all of its terms do.
public struct Condition: Sendable, Hashable {
    /// A name that must be true, or false.
    public struct Term: Sendable, Hashable {
        /// A question's key, `KEY=WORD` for a choice, or one of pa-new's own names.
        public let name: String
        /// Whether the name must be false instead.
        public let isNegated: Bool

        /// Reads a term: a name, optionally with a `!` before it.
        init(_ text: String) {
            isNegated = text.hasPrefix("!")
            name = isNegated ? String(text.dropFirst()) : text
        }
    }

    /// The terms.
    ///
    /// Without terms, the condition always holds.
    public let terms: [Term]

    /// Returns whether the condition holds.
    ///
    /// - Parameter names: The names that templates can use. A term is true if a section of it renders.
    /// - Returns: Whether every term holds.
    func holds(in names: [String: Mustache.Value]) -> Bool {
        terms.allSatisfy { (names[$0.name]?.isFalse ?? true) == $0.isNegated }
    }

    /// Whether this condition and another can never hold at the same time.
    func excludes(_ other: Condition) -> Bool {
        terms.contains { term in
            other.terms.contains { other in
                if term.name == other.name { return term.isNegated != other.isNegated }
                // Two words of the same choice.
                let parts = [term, other].map {
                    $0.name.split(separator: "=", maxSplits: 1).map(String.init)
                }
                return !term.isNegated && !other.isNegated && parts.allSatisfy { $0.count == 2 }
                    && parts[0][0] == parts[1][0]
            }
        }
    }
}

extension Question {
    /// Returns the names that templates can use for an answer.
    ///
    /// - Parameter value: The answer, or nil if the question is not asked.
    /// - Returns: The key with its value, and `KEY=WORD` for each word of a choice. A question that
    ///   is not asked, and an empty text, render as nothing and are false.
    func names(for value: AnswerValue?) -> [String: Mustache.Value] {
        var names: [String: Mustache.Value] = [:]
        names[key] =
            switch value {
            case .text(""): .null
            case .text(let text): .string(text)
            case .bool(let truth): .bool(truth)
            case .integer(let number): .integer(number)
            case .lines(let lines): .list(lines.map { .string($0) })
            case nil: kind == .bool ? .bool(false) : .null
            }
        if case .choice(let words) = kind {
            for word in words { names[test(for: word)] = .bool(value == .text(word)) }
        }
        return names
    }

    /// The value of a literal if the question is not asked, or has no text as its answer.
    var emptyValue: Mustache.Value {
        switch kind {
        case .text, .choice: .string("")
        case .bool: .bool(false)
        case .integer: .integer(0)
        case .lines: .list([])
        }
    }

    /// Whether an answer can have a character.
    func canHave(_ scalar: Unicode.Scalar) -> Bool {
        switch kind {
        case .text(let pattern): pattern?.canHave(scalar) ?? true
        case .choice(let words): words.contains { $0.unicodeScalars.contains(scalar) }
        case .lines: true
        case .bool, .integer: false
        }
    }

    /// Whether an answer can be a word that YAML does not take for a text.
    var canBeYAML: Bool {
        guard case .text(let pattern) = kind else { return false }
        return ["yes", "no", "on", "true", "null", "1", "10", "1e3", "1.0"].contains {
            pattern?.matches($0) ?? true
        }
    }

    /// Returns the name that is true if a word of the choice was chosen.
    ///
    /// In template names, a dot separates the parts and white space is not allowed. Therefore every
    /// character except letters, digits, `-` and `_` becomes `_`.
    func test(for word: String) -> String {
        key + "="
            + String(word.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "_" })
    }
}
