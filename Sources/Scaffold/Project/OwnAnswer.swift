// Answers of pa-new's own that are yes or no. They are not asked: options and `--set` give them.

/// A question of pa-new's own that `pa-new update --set NAME=yes` answers.
struct OwnAnswer {
    /// The name in templates and in conditions, and the key in records and for `--set`.
    let name: String
    /// The question, for the message of an error.
    let prompt: String
    /// The answer to an empty text.
    let defaultValue: Bool

    /// Returns whether an answer of `--set` is yes.
    ///
    /// - Parameter text: The answer; an empty one is the default.
    /// - Returns: Whether it is yes.
    /// - Throws: ``ScaffoldError/badAnswer(_:_:_:)`` if it is neither yes nor no.
    func value(of text: String) throws(ScaffoldError) -> Bool {
        guard !text.isEmpty else { return defaultValue }
        let question = Question(
            key: name,
            kind: .bool,
            prompt: prompt,
            help: nil,
            defaultAnswer: .bool(defaultValue),
            condition: Condition(terms: [])
        )
        do throws(AnswerProblem) {
            return try question.answer(typed: text) == .bool(true)
        } catch {
            let answer = AnswerInput(key: name, value: .typed(text), origin: .option)
            throw .badAnswer(answer, question, error)
        }
    }
}
