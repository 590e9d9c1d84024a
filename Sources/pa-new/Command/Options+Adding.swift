// The options of `add`.

extension Option {
    /// The help texts of `--template` for commands with projects and lists.
    static let templateHelp: [CommandName: String] = [
        .update: "your own template folder that the project was made from",
        .add: "your own template folder that the project was made from",
        .list: "say what this template folder of your own asks",
    ]

    /// Options for what is added to a project.
    static let adding = [
        Option(
            name: .path,
            value: "P",
            commands: [.add],
            help: "path of the handler's page (default: the name, such as /about-us)"
        )
    ]
}
