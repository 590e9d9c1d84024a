// Whether a project has `AGENTS.md`, the page for people and programs that work on its code.

/// The page for those who work on a project's code, and the answer that leaves it out.
enum AgentsFile {
    /// The path of the page in a project.
    static let path = "AGENTS.md"

    /// The name in templates and in conditions, and the key in records and for `--set`.
    static let name = "agents"

    /// The question that `pa-new update --set agents=no` answers; it is not asked.
    private static let question = Question(
        key: name,
        kind: .bool,
        prompt: "A page AGENTS.md?",
        help: nil,
        defaultAnswer: .bool(true),
        condition: Condition(terms: [])
    )

    /// Returns whether the project has the page, according to an answer of `--set`.
    ///
    /// - Parameter text: The answer; an empty one is the default.
    /// - Returns: Whether it has the page.
    /// - Throws: ``ScaffoldError/badAnswer(_:_:_:)`` if it is neither yes nor no.
    static func isWanted(_ text: String) throws(ScaffoldError) -> Bool {
        guard !text.isEmpty else { return true }
        do throws(AnswerProblem) {
            return try question.answer(typed: text) == .bool(true)
        } catch {
            let answer = AnswerInput(key: name, value: .typed(text), origin: .option)
            throw .badAnswer(answer, question, error)
        }
    }
}
