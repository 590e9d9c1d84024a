// The options of `logs`, and of `pack`.

extension Option {
    /// Options for the logs of a web app, and for the zip file of a project.
    static let reading = [
        Option(
            name: .output,
            short: "o",
            value: "FILE",
            kind: .file,
            commands: [.pack],
            help: "write the zip file here (default: the project's name and .zip)"
        ),
        Option(name: .error, commands: [.logs], help: "print the error log"),
        Option(name: .server, commands: [.logs], help: "print the server log"),
        Option(name: .access, commands: [.logs], help: "print the access log"),
        Option(
            name: .lines,
            short: "n",
            value: "N",
            commands: [.logs],
            help: "number of lines to print of each log (default: 50; with --since-reload: all)"
        ),
        Option(
            name: .sinceReload,
            commands: [.logs],
            help: "print only lines since the last reload of the web app"
        ),
        Option(
            name: .follow,
            short: "f",
            commands: [.logs],
            help: "print new lines as they are written, until you press Ctrl-C"
        ),
    ]
}
