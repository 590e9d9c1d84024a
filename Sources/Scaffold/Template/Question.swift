// What a template asks for, and which answers it takes.

import Mustache

/// The answer to a question.
public enum AnswerValue: Sendable, Hashable {
    /// A text, also the word of a choice.
    case text(String)
    /// A truth value.
    case bool(Bool)
    /// A whole number.
    case integer(Int)
}

extension AnswerValue: Codable {
    /// Decodes a text, a truth value or a whole number.
    ///
    /// - Parameter decoder: The decoder of a single value.
    /// - Throws: `DecodingError` where it is something else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// Encodes the value itself.
    ///
    /// - Parameter encoder: The encoder of a single value.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        }
    }
}

/// A question that a template asks.
public struct Question: Sendable, Hashable {
    /// What an answer can be.
    public enum Kind: Sendable, Hashable {
        /// One line of text, which has to match the pattern where there is one.
        case text(Pattern?)
        /// Yes or no.
        case bool
        /// A whole number.
        case integer
        /// One of these words.
        case choice([String])
    }

    /// The word for `--set`, and the name in templates.
    public let key: String
    /// What an answer can be.
    public let kind: Kind
    /// What the question says on a terminal.
    public let prompt: String
    /// A line that explains more.
    public let help: String?
    /// The answer where none is given; nil where one has to be.
    public let defaultAnswer: AnswerValue?
    /// Whether it is asked at all.
    public let condition: Condition

    /// The most bytes that an answer may have.
    static let maxAnswerLength = 4096

    /// Returns the answer that somebody typed.
    ///
    /// - Parameter text: What was typed.
    /// - Returns: The answer.
    /// - Throws: ``AnswerProblem`` where the question does not take it.
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
            guard let number = Int(text) else { throw .notAnInteger }
            value = .integer(number)
        }
        try check(value)
        return value
    }

    /// Refuses an answer that the question does not take.
    ///
    /// - Parameter value: The answer.
    /// - Throws: ``AnswerProblem`` with the rule that it breaks.
    public func check(_ value: AnswerValue) throws(AnswerProblem) {
        switch (kind, value) {
        case (.text(let pattern), .text(let text)):
            if text.utf8.count > Self.maxAnswerLength { throw .tooLong(most: Self.maxAnswerLength) }
            if let scalar = text.unicodeScalars.first(where: isControl) {
                throw .controlCharacter(scalar)
            }
            if let pattern, !pattern.matches(text) { throw .noMatch(pattern: pattern.source) }
        case (.choice(let words), .text(let text)):
            guard words.contains(text) else {
                throw .notAChoice(nearest: nearest(to: text, in: words), words: words)
            }
        case (.bool, .bool), (.integer, .integer): break
        default: throw .wrongType(expected: kind.name)
        }
    }

    /// Whether a character would break a line or steer a terminal.
    private func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Those that turn the direction of the text around them.
        default: scalar.properties.isBidiControl
        }
    }
}

extension Question.Kind {
    /// What such an answer is, for errors.
    var name: String {
        switch self {
        case .text: "a text"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .choice: "one of the choices"
        }
    }
}

/// Why a question does not take an answer.
public enum AnswerProblem: Error, Sendable, Hashable {
    /// It is of another type.
    case wrongType(expected: String)
    /// It is none of the words for a truth value.
    case notYesOrNo
    /// It is not a whole number, or not one of 64 bits.
    case notAnInteger
    /// It is none of the choices; the nearest, and all there are.
    case notAChoice(nearest: String?, words: [String])
    /// It does not match the question's pattern.
    case noMatch(pattern: String)
    /// There is a character in it that is not for a line of text.
    case controlCharacter(Unicode.Scalar)
    /// It has more bytes than an answer may have.
    case tooLong(most: Int)
}

/// When something holds: all of its terms do.
public struct Condition: Sendable, Hashable {
    /// A name that has to be true, or not.
    public struct Term: Sendable, Hashable {
        /// A question's key, `KEY=WORD` for a choice, or a name of pa-new's own.
        public let name: String
        /// Whether it has to be false instead.
        public let isNegated: Bool

        /// Reads a term: a name, perhaps with a `!` before it.
        init(_ text: String) {
            isNegated = text.hasPrefix("!")
            name = isNegated ? String(text.dropFirst()) : text
        }
    }

    /// What has to hold, all of it; nothing always holds.
    public let terms: [Term]

    /// Whether it holds.
    ///
    /// - Parameter names: The names that templates can use. A term is true where a section shows.
    /// - Returns: Whether every term holds.
    func holds(in names: [String: Mustache.Value]) -> Bool {
        terms.allSatisfy { (names[$0.name]?.isFalse ?? true) == $0.isNegated }
    }

    /// Returns the names of pa-new's own that a condition can use, each with its value.
    ///
    /// - Parameters:
    ///   - hasUser: Whether an account is named.
    ///   - pipeline: The service that runs the project's pipeline; nil where it has none.
    /// - Returns: The names.
    static func ownNames(hasUser: Bool, _ pipeline: Pipeline?) -> [String: Mustache.Value] {
        Pipeline.names(for: pipeline).merging(["hasUser": .bool(hasUser)]) { $1 }
    }

    /// Whether there are no answers with which this one and another hold.
    func excludes(_ other: Condition) -> Bool {
        terms.contains { term in
            other.terms.contains { other in
                if term.name == other.name { return term.isNegated != other.isNegated }
                // Two words of one choice.
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
    /// - Parameter value: The answer, or nil where the question is not asked.
    /// - Returns: The key with its value, and `KEY=WORD` for each word of a choice. A question that
    ///   is not asked, and a text that is empty, shows nothing and is false.
    func names(for value: AnswerValue?) -> [String: Mustache.Value] {
        var names: [String: Mustache.Value] = [:]
        names[key] =
            switch value {
            case .text(""): .null
            case .text(let text): .string(text)
            case .bool(let truth): .bool(truth)
            case .integer(let number): .integer(number)
            case nil: kind == .bool ? .bool(false) : .null
            }
        if case .choice(let words) = kind {
            for word in words { names[test(for: word)] = .bool(value == .text(word)) }
        }
        return names
    }

    /// Returns the name that is true where a choice's word was chosen.
    ///
    /// A dot separates the parts of a name, and white space ends it, so what is no letter, digit,
    /// `-` or `_` is written as `_`.
    func test(for word: String) -> String {
        key + "="
            + String(word.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "_" })
    }
}
