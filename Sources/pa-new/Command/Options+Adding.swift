// The options of `add`.

extension Option {
    /// The help texts of `--template` for commands with projects and lists.
    static let templateHelp: [CommandName: String] = [
        .update:
            "your own template that the project was made from; not needed if it has an address",
        .add: "your own template that the project was made from; not needed if it has an address",
        .list: "say what this template of your own asks: a folder or an address",
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
