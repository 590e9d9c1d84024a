// Whether a project has `AGENTS.md`, the page for people and programs that work on its code.

/// The page for those who work on a project's code, and the answer that leaves it out.
enum AgentsFile {
    /// The path of the page in a project.
    static let path = "AGENTS.md"

    /// The name in templates and in conditions, and the key in records and for `--set`.
    static let name = answer.name

    /// The question that `pa-new update --set agents=no` answers.
    static let answer = OwnAnswer(
        name: "agents",
        prompt: "A page AGENTS.md?",
        defaultValue: true
    )
}
