// From a template's questions and what was said to answers: one pass, asking where nothing was said.

import Mustache

/// An answer that was given, not yet checked.
public struct AnswerInput: Sendable, Hashable {
    /// How it was given.
    public enum Value: Sendable, Hashable {
        /// As a text, whatever the question's type.
        case typed(String)
        /// As a value with a type.
        case value(AnswerValue)
        /// As something that answers no question, such as a list: what it is.
        case other(String)
    }

    /// Where it was given; a later case has the last word.
    public enum Origin: Sendable, Hashable {
        /// In a project's record, where it may answer a question that is no longer asked.
        case recorded
        /// In a file.
        case file(Mustache.Location)
        /// With `--set`, or on a terminal.
        case option
    }

    /// The question's key.
    public let key: String
    /// The answer.
    public let value: Value
    /// Where it was given.
    public let origin: Origin

    /// Makes an answer that was given.
    ///
    /// - Parameters:
    ///   - key: The question's key.
    ///   - value: The answer.
    ///   - origin: Where it was given.
    public init(key: String, value: Value, origin: Origin) {
        self.key = key
        self.value = value
        self.origin = origin
    }
}

/// The questions of a template on their way to answers.
///
/// Call ``next()`` until there is nothing more to ask; between, answer what it returns:
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
    /// What is known so far, as templates will see it.
    private var names: [String: Mustache.Value]
    private var notAsked: Set<String> = []
    /// The questions that have no answer, and those whose condition depends on one of them.
    private var missing: [Question] = []
    private var unknown: Set<String> = []

    /// Prepares to ask.
    ///
    /// - Parameters:
    ///   - questions: The template's questions.
    ///   - given: What was said.
    ///   - hasUser: Whether an account is named, which conditions can ask for.
    ///   - pipeline: The service that runs the project's pipeline, which conditions can ask for.
    /// - Throws: ``ScaffoldError/unknownAnswer(_:nearest:known:)`` or
    ///   ``ScaffoldError/repeatedAnswer(_:)``.
    public init(
        _ questions: [Question],
        given: [AnswerInput],
        hasUser: Bool,
        pipeline: Pipeline? = nil
    ) throws(ScaffoldError) {
        self.questions = questions
        names = Condition.ownNames(hasUser: hasUser, pipeline)
        let known = Set(questions.map(\.key))
        for answer in given {
            guard known.contains(answer.key) else {
                if answer.origin == .recorded { continue }
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

    /// Goes on to the next question that has to be asked.
    ///
    /// - Returns: The question, or nil where nothing is left to ask.
    /// - Throws: ``ScaffoldError/badAnswer(_:_:_:)`` for an answer that was given and cannot be.
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
    /// - Parameter value: An answer that the question takes.
    public mutating func answer(_ value: AnswerValue) {
        settle(value)
    }

    /// Answers the question that ``next()`` returned with its default, or notes that it has none.
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

    /// Returns the answers, once nothing is left to ask.
    ///
    /// - Returns: The answers by key, of those questions that are asked.
    /// - Throws: ``ScaffoldError/missingAnswers(_:)`` with every question that has none.
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
    /// Of two answers to a question, the one with the higher rank counts.
    fileprivate var rank: Int {
        switch self {
        case .recorded: 0
        case .file: 1
        case .option: 2
        }
    }
}
