// Collects the answers to a template's questions in one pass, and asks for those that are missing.

import Mustache

/// An answer as the user gave it, not yet checked.
public struct AnswerInput: Sendable, Hashable {
    /// The form of the answer.
    public enum Value: Sendable, Hashable {
        /// A text, whatever the type of the question.
        case typed(String)
        /// A value with a type.
        case value(AnswerValue)
        /// A value that cannot answer a question, such as a list; the type in words.
        case other(String)
    }

    /// The source of the answer; a later case overrides an earlier one.
    public enum Origin: Sendable, Hashable {
        /// The project's record. Such an answer may belong to a question that no longer exists.
        case recorded
        /// An answers file, with the location.
        case file(Mustache.Location)
        /// The option `--set`, or a terminal.
        case option
    }

    /// The question's key.
    public let key: String
    /// The answer.
    public let value: Value
    /// The source of the answer.
    public let origin: Origin

    /// Creates an answer.
    ///
    /// - Parameters:
    ///   - key: The question's key.
    ///   - value: The answer.
    ///   - origin: The source of the answer.
    public init(key: String, value: Value, origin: Origin) {
        self.key = key
        self.value = value
        self.origin = origin
    }
}

/// Asks the questions of a template one after the other.
///
/// Call ``next()`` until it returns nil, and answer each question that it returns:
///
/// ```swift
/// while let question = try questionnaire.next() { questionnaire.answer(ask(question)) }
/// let values = try questionnaire.finished()
/// ```
public struct Questionnaire: Sendable {
    private let questions: [Question]
    private var given: [String: AnswerInput] = [:]
    private var position = 0
    private var values: [String: AnswerValue] = [:]
    /// The names known so far, as templates will see them.
    private var names: [String: Mustache.Value]
    private var notAsked: Set<String> = []
    /// The questions without an answer, and those with a condition that depends on one of them.
    private var missing: [Question] = []
    private var unknown: Set<String> = []

    /// Prepares to ask.
    ///
    /// - Parameters:
    ///   - questions: The template's questions.
    ///   - given: The answers that are given.
    ///   - ownNames: pa-new's own names, which conditions can use.
    /// - Throws: ``ScaffoldError/unknownAnswer(_:nearest:known:)``, ``ScaffoldError/renamedAnswer(_:now:)`` or
    ///   ``ScaffoldError/repeatedAnswer(_:)``.
    public init(
        _ questions: [Question],
        given: [AnswerInput],
        names ownNames: OwnNames
    ) throws(ScaffoldError) {
        self.questions = questions
        names = ownNames.values
        let known = Set(questions.map(\.key))
        let recorded = Set(given.filter { $0.origin == .recorded }.map(\.key))
        let renamed = Dictionary(
            questions.flatMap { question in question.formerKeys.map { ($0, question.key) } }
        ) { first, _ in first }
        for answer in given {
            var answer = answer
            if answer.origin == .recorded, !known.contains(answer.key),
                let key = renamed[answer.key], !recorded.contains(key)
            {
                answer = AnswerInput(key: key, value: answer.value, origin: .recorded)
            }
            guard known.contains(answer.key) else {
                if answer.origin == .recorded { continue }
                if let key = renamed[answer.key] { throw .renamedAnswer(answer, now: key) }
                let keys = questions.map(\.key)
                throw .unknownAnswer(
                    answer,
                    nearest: nearest(to: answer.key, in: keys),
                    known: keys
                )
            }
            guard let earlier = self.given[answer.key] else {
                self.given[answer.key] = answer
                continue
            }
            if earlier.origin == .option, answer.origin == .option {
                throw .repeatedAnswer(answer.key)
            }
            if answer.origin.rank >= earlier.origin.rank { self.given[answer.key] = answer }
        }
    }

    /// Advances to the next question that has to be asked.
    ///
    /// - Returns: The question, or nil if there are no more questions.
    /// - Throws: ``ScaffoldError/badAnswer(_:_:_:)`` if a given answer is not valid.
    public mutating func next() throws(ScaffoldError) -> Question? {
        while position < questions.count {
            let question = questions[position]
            if question.condition.terms.contains(where: { unknown.contains($0.name) }) {
                leaveOpen(question)
                continue
            }
            guard question.condition.holds(in: names) else {
                if let answer = given[question.key], answer.origin != .recorded {
                    throw .answerNotAsked(answer, question)
                }
                notAsked.insert(question.key)
                settle(nil)
                continue
            }
            guard let answer = given[question.key] else { return question }
            do throws(AnswerProblem) {
                switch answer.value {
                case .typed(let text): settle(try question.answer(typed: text))
                case .value(let value):
                    try question.check(value)
                    settle(value)
                case .other: throw .wrongType(expected: question.kind.name)
                }
            } catch {
                throw .badAnswer(answer, question, error)
            }
        }
        return nil
    }

    /// Answers the question that ``next()`` returned.
    ///
    /// - Parameter value: An answer that is valid for the question.
    public mutating func answer(_ value: AnswerValue) {
        settle(value)
    }

    /// Answers the question that ``next()`` returned with its default, or records that it has none.
    public mutating func takeDefault() {
        guard position < questions.count else { return }
        let question = questions[position]
        if let answer = question.defaultAnswer {
            settle(answer)
        } else {
            missing.append(question)
            leaveOpen(question)
        }
    }

    /// Returns the answers when there are no more questions.
    ///
    /// - Returns: The answers to all questions that are asked, by key.
    /// - Throws: ``ScaffoldError/missingAnswers(_:)`` with every question that has no answer.
    public func finished() throws(ScaffoldError) -> [String: AnswerValue] {
        if !missing.isEmpty { throw .missingAnswers(missing) }
        return values
    }

    private mutating func settle(_ value: AnswerValue?) {
        let question = questions[position]
        values[question.key] = value
        names.merge(question.names(for: value)) { $1 }
        position += 1
    }

    private mutating func leaveOpen(_ question: Question) {
        unknown.formUnion(question.names(for: nil).keys)
        position += 1
    }
}

extension AnswerInput.Origin {
    /// The answer with the higher rank overrides the other one.
    fileprivate var rank: Int {
        switch self {
        case .recorded: 0
        case .file: 1
        case .option: 2
        }
    }
}
