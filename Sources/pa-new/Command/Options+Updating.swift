// The options of `update`.

extension Option {
    /// Options for updates, for what follows conflicts, and for the way back.
    static let updating = [
        Option(
            name: .check,
            commands: [.update],
            help: "change nothing; the exit code tells whether the project is up to date (0), "
                + "outdated (3) or would get conflicts (1)"
        ),
        Option(
            name: .exclude,
            value: "PATH",
            kind: .file,
            isRepeatable: true,
            commands: [.update],
            help: "leave this file or folder as it is, for a later update; can be repeated"
        ),
        Option(
            name: .ours,
            value: "FILE",
            kind: .file,
            isRepeatable: true,
            commands: [.update],
            help: "do not update: resolve all conflicts in FILE with your lines; can be repeated"
        ),
        Option(
            name: .theirs,
            value: "FILE",
            kind: .file,
            isRepeatable: true,
            commands: [.update],
            help: "do not update: resolve all conflicts in FILE with the template's lines; can be "
                + "repeated"
        ),
        Option(
            name: .abort,
            commands: [.update],
            help:
                "undo the last update, whose conflicts are open; what you edited since is kept as "
                + "FILE~"
        ),
    ]
}
