// The one table of commands and options: parsing, help and what else tells of them read it here.

import Scaffold

/// A command of pa-new.
enum CommandName: String, CaseIterable {
    /// The main job, `pa-new NAME`: the one command without a word of its own.
    case create
    case check
    case visit
    case list
    case completions
    case man
    case help

    /// What follows `pa-new` on the command line.
    var synopsis: String {
        switch self {
        case .create: "NAME [options]"
        case .check: "check [DIR]"
        case .visit: "visit [DIR] [PATH]"
        case .list: "list [--json]"
        case .completions: "completions SHELL"
        case .man: "man"
        case .help: "help"
        }
    }

    /// One line for the help.
    var summary: String {
        switch self {
        case .create: "make a project that PythonAnywhere's manual configuration can load"
        case .check: "say whether the app in a folder would load on the host, and why not"
        case .visit: "make one request of the app in a folder, without a server"
        case .list: "list the frameworks"
        case .completions: "print what completes pa-new's words in bash, zsh or fish"
        case .man: "print the manual page pa-new.1"
        case .help: "show this help"
        }
    }

    /// What the words after the command's own can be; for the main job, after `pa-new`.
    var positionals: [ValueKind] {
        switch self {
        case .create: [.text]
        case .check: [.folder]
        case .visit: [.folder, .text]
        case .completions: [.choice(Shell.allCases.map { Choice($0.rawValue) })]
        case .list, .man, .help: []
        }
    }
}

/// What a value or a word of a command can be: what shells offer in its place.
enum ValueKind: Equatable {
    /// Anything: shells offer nothing.
    case text
    case file
    case folder
    /// One of some words, the usual ones or the only ones.
    case choice([Choice])
}

/// A word that can be chosen.
struct Choice: Equatable {
    let word: String
    /// What the word means, in one line, or nothing.
    let help: String

    init(_ word: String, help: String = "") {
        self.word = word
        self.help = help
    }
}

/// An option of the command line.
struct Option {
    /// The options there are, by the word that follows `--`.
    enum Name: String {
        case framework, user, domain, python, output, quiet
        case entry, interpreter, format, strict, method, data, header, json, help, version
        case into, overwrite
        case skipExisting = "skip-existing"
        case dryRun = "dry-run"
        case noLoad = "no-load"
    }

    let name: Name
    /// The letter for the short form.
    var short: Character?
    /// What stands for the value in the help, or nil for an option without one.
    var value: String?
    /// What the value can be.
    var kind = ValueKind.text
    /// Whether the option can be given more than once.
    var isRepeatable = false
    /// The commands that know the option.
    let commands: [CommandName]
    /// What the option does, in one line.
    let help: String

    /// The option as it is typed.
    var long: String { "--" + name.rawValue }

    /// Every option, in the order of the help.
    ///
    /// - Parameter catalog: The frameworks, for the line that lists them.
    /// - Returns: The options.
    static func all(_ catalog: Catalog) -> [Option] {
        let frameworks = catalog.frameworks.map { Choice($0.name, help: $0.manifest.summary) }
        let pythons = PythonVersion.offered.map { Choice($0.description) }
        let forms = ReportFormat.allCases.map { Choice($0.rawValue) }
        let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map {
            Choice($0)
        }
        return [
            Option(
                name: .framework,
                short: "f",
                value: "F",
                kind: .choice(frameworks),
                commands: [.create],
                help:
                    "\(listed(frameworks.map(\.word), conjunction: "or")); \(catalog.standard.name) where not said"
            ),
            Option(
                name: .user,
                short: "u",
                value: "U",
                commands: [.create],
                help: "your account on the host: puts its paths into the steps"
            ),
            Option(
                name: .domain,
                value: "D",
                commands: [.create],
                help: "the web app's domain; U.pythonanywhere.com where not said (EU: U.eu.…)"
            ),
            Option(
                name: .python,
                value: "X.Y",
                kind: .choice(pythons),
                commands: [.create, .check],
                help:
                    "the host's Python, \(pythons[0].word) to \(pythons[pythons.count - 1].word); "
                    + "\(PythonVersion.standard) where not said"
            ),
            Option(
                name: .output,
                short: "o",
                value: "DIR",
                kind: .folder,
                commands: [.create],
                help: "the folder to make the project in; this one where not said"
            ),
            Option(
                name: .into,
                commands: [.create],
                help: "add the project to a folder that holds other files"
            ),
            Option(
                name: .skipExisting,
                commands: [.create],
                help: "with --into: leave files that are there"
            ),
            Option(
                name: .overwrite,
                commands: [.create],
                help: "with --into: replace files that are there, and keep the old ones as FILE~"
            ),
            Option(
                name: .dryRun,
                short: "n",
                commands: [.create],
                help: "say what would be done, and write nothing"
            ),
            Option(
                name: .quiet,
                short: "q",
                commands: [.create],
                help: "print nothing but errors"
            ),
            Option(
                name: .entry,
                value: "FILE",
                kind: .file,
                commands: [.check, .visit],
                help: "the entry file, where it is not to be searched for"
            ),
            Option(
                name: .interpreter,
                value: "PATH",
                kind: .file,
                commands: [.check, .visit],
                help: "the Python that loads the app; the project's own where not said"
            ),
            Option(
                name: .noLoad,
                commands: [.check],
                help: "only read the code: loading the app runs it"
            ),
            Option(
                name: .format,
                value: "FORM",
                kind: .choice(forms),
                commands: [.check],
                help: "\(listed(forms.map(\.word))); "
                    + "\(ReportFormat.text.rawValue) where not said"
            ),
            Option(name: .strict, commands: [.check], help: "let warnings fail, too"),
            Option(
                name: .method,
                value: "M",
                kind: .choice(methods),
                commands: [.visit],
                help: "the HTTP method; GET where not said, POST with --data"
            ),
            Option(
                name: .data,
                value: "BODY",
                commands: [.visit],
                help: "the body of the request"
            ),
            Option(
                name: .header,
                value: "'K: V'",
                isRepeatable: true,
                commands: [.visit],
                help: "a header field of the request; can be repeated"
            ),
            Option(
                name: .json,
                commands: [.create, .list],
                help: "print one JSON document: the report, or the list"
            ),
            Option(
                name: .help,
                short: "h",
                commands: CommandName.allCases,
                help: "show this help"
            ),
            Option(name: .version, commands: CommandName.allCases, help: "show the version"),
        ]
    }
}
