// The table of options. The parser, the help, the manual page and the completions all read it.

import HostTools
import Scaffold

/// The kind of a value or an argument; it decides what the completions offer.
enum ValueKind: Equatable {
    /// Anything: shells offer nothing.
    case text
    case file
    case folder
    /// One of these words. For some options they are only the usual values.
    case choice([Choice])
}

/// A word that you can choose.
struct Choice: Equatable {
    let word: String
    /// The meaning of the word, in one line; can be empty.
    let help: String

    init(_ word: String, help: String = "") {
        self.word = word
        self.help = help
    }
}

/// An option of the command line.
struct Option {
    /// The names of the options: the word after `--`.
    enum Name: String {
        case template, set, answers, defaults
        case framework, language, user, domain, python, output, quiet
        case entry, interpreter, format, strict, method, data, header, json, help, version
        case into, overwrite, git, ci, database, env, path, form, follow, body
        case port, workers, live, open, production, check
        case abort, ours, theirs, exclude
        case app, factory, settings, `static`, load
        case error, server, access, lines, packages, include, undo
        case overwriteData = "overwrite-data"
        case ciUpdates = "ci-updates"
        case allowEmpty = "allow-empty"
        case noForceHTTPS = "no-force-https"
        case cookieJar = "cookie-jar"
        case skipExisting = "skip-existing"
        case dryRun = "dry-run"
        case noLoad = "no-load"
        case envFile = "env-file"
        case allRoutes = "all-routes"
        case noNamespaces = "no-namespaces"
        case noCheck = "no-check"
        case noAgents = "no-agents"
        case assumeInstalled = "assume-installed"
        case replaceEnv = "replace-env"
        case replaceWSGI = "replace-wsgi"
        case sinceReload = "since-reload"
        case noReload = "no-reload"
        case maxOutput = "max-output"

        /// The option as you type it.
        var long: String { "--" + rawValue }
    }

    let name: Name
    /// The letter for the short form.
    let short: Character?
    /// The placeholder for the value in the help; nil if the option takes no value.
    let value: String?
    /// Whether you can give the option more than once.
    let isRepeatable: Bool
    /// The commands that have the option.
    let commands: [CommandName]
    // What follows is made when it is asked for, which most runs never do.
    private let makeKind: @Sendable () -> ValueKind
    private let makeHelp: @Sendable () -> String
    private let makeHelpFor: @Sendable () -> [CommandName: String]

    /// The kind of the value.
    var kind: ValueKind { makeKind() }
    /// What the option does, in one line.
    var help: String { makeHelp() }

    /// Describes an option.
    ///
    /// - Parameters:
    ///   - name: The word after `--`.
    ///   - short: The letter for the short form.
    ///   - value: The placeholder for the value; nil if it takes none.
    ///   - kind: The kind of the value.
    ///   - isRepeatable: Whether you can give it more than once.
    ///   - commands: The commands that have it.
    ///   - help: What it does, in one line.
    ///   - helpFor: Other help texts for commands that use it in a different way.
    init(
        name: Name,
        short: Character? = nil,
        value: String? = nil,
        kind: @autoclosure @escaping @Sendable () -> ValueKind = .text,
        isRepeatable: Bool = false,
        commands: [CommandName],
        help: @autoclosure @escaping @Sendable () -> String,
        helpFor: @autoclosure @escaping @Sendable () -> [CommandName: String] = [:]
    ) {
        (self.name, self.short, self.value) = (name, short, value)
        (self.isRepeatable, self.commands) = (isRepeatable, commands)
        (makeKind, makeHelp, makeHelpFor) = (kind, help, helpFor)
    }

    /// The option as you type it.
    var long: String { name.long }

    /// Returns what the option does, in one line.
    ///
    /// - Parameter command: A command that has the option.
    /// - Returns: The text for that command.
    func help(for command: CommandName) -> String { makeHelpFor()[command] ?? help }

    /// The help texts of the option: each text once, with its commands.
    var helps: [(text: String, commands: [CommandName])] {
        var texts: [String] = []
        let helps = commands.map { (command: $0, text: help(for: $0)) }
        for help in helps where !texts.contains(help.text) { texts.append(help.text) }
        return texts.map { text in (text, helps.filter { $0.text == text }.map(\.command)) }
    }

    /// Every option, in the order of the help.
    ///
    /// - Parameter catalog: The frameworks, for the line that lists them.
    /// - Returns: The options.
    static func all(_ catalog: Catalog) -> [Option] {
        project(catalog) + database(catalog) + host + pipeline + placement + updating + adding
            + checking
            + lending
            + adopting + visiting + previewing + deploying + reading + general
    }

    /// The options with which most projects are made.
    ///
    /// - Parameter catalog: The frameworks.
    /// - Returns: Some of all options.
    static func usual(_ catalog: Catalog) -> [Option] { placement + project(catalog) }

    /// Options for the template and the answers to its questions.
    private static func project(_ catalog: Catalog) -> [Option] {
        @Sendable func frameworks() -> [Choice] {
            catalog.offered(in: nil).map { Choice($0.name, help: $0.summary) }
        }
        @Sendable func languages() -> [Choice] {
            catalog.languages.map { language in
                Choice(language, help: listed(catalog.offered(in: language).map(\.name)))
            }
        }
        return [
            Option(
                name: .framework,
                short: "f",
                value: "F",
                kind: .choice(frameworks()),
                commands: [.create],
                help: "\(listed(frameworks().map(\.word), conjunction: "or")) "
                    + "(default: \(catalog.defaultFramework.name))"
            ),
            Option(
                name: .language,
                short: "l",
                value: "L",
                kind: .choice(languages()),
                commands: [.create],
                help: "programming language, for frameworks that offer several: "
                    + "\(listed(languages().map(\.word), conjunction: "or")) "
                    + "(default: \(catalog.defaultLanguage))"
            ),
            Option(
                name: .template,
                short: "t",
                value: "DIR",
                kind: .folder,
                commands: [.create, .update, .add, .list],
                help: "use a template of your own instead of a framework: a folder, or an address "
                    + "such as gh:OWNER/NAME@REF#FOLDER",
                helpFor: templateHelp
            ),
            Option(
                name: .set,
                value: "K=V",
                isRepeatable: true,
                commands: [.create, .update],
                help: "answer a question of the template; can be repeated",
                helpFor: [
                    .update: "change \(listed(UpdateRequest.ownKeys, conjunction: "or")), "
                        + "or the answer to a question of the template; can be repeated"
                ]
            ),
            Option(
                name: .answers,
                value: "FILE",
                kind: .file,
                commands: [.create, .update],
                help:
                    "read the answers to the template's questions from a JSON file; --set overrides it"
            ),
            Option(
                name: .defaults,
                commands: [.create],
                help: "ask no questions: use the default of each"
            ),
            Option(
                name: .maxOutput,
                value: "SIZE",
                commands: [.create, .update],
                help:
                    "let the project have up to SIZE bytes, such as 4G or 500M (default: 2G, and 100 "
                    + "times the size of the template for what is rendered)"
            ),
        ]
    }

    /// Options for the folder of a project, and for how to write it.
    private static let placement = [
        Option(
            name: .output,
            short: "o",
            value: "DIR",
            kind: .folder,
            commands: [.create],
            help: "parent folder of the project (default: the current folder)"
        ),
        Option(
            name: .into,
            commands: [.create],
            help: "add the project to a folder that already has files"
        ),
        Option(
            name: .skipExisting,
            commands: [.create],
            help: "with --into: keep files that already exist"
        ),
        Option(
            name: .overwrite,
            commands: [.create],
            help: "with --into: replace files that already exist, and keep the old ones as FILE~"
        ),
        Option(
            name: .noAgents,
            commands: [.create],
            help: "leave out AGENTS.md, which tells people and programs how to work on the project"
        ),
        Option(
            name: .git,
            commands: [.create, .adopt],
            help: "make the project a git repository with a first commit"
        ),
        Option(
            name: .dryRun,
            short: "n",
            commands: [.create, .adopt, .update, .add, .deploy],
            help: "show what would be written, but write nothing",
            helpFor: [
                .update: "show what would change, but change nothing",
                .add: "show what would be added as a diff, but write nothing",
                .deploy: "list the API calls that would change something, but make none of them",
            ]
        ),
        Option(
            name: .quiet,
            short: "q",
            commands: [.create, .adopt, .update],
            help: "print only errors"
        ),
    ]

    /// Options for deployments.
    private static let deploying = [
        Option(
            name: .noCheck,
            commands: [.deploy],
            help: "skip the check for errors before the deployment"
        ),
        Option(
            name: .packages,
            value: "WAY",
            kind: .choice(PackagesWay.allCases.map { Choice($0.rawValue) }),
            commands: [.deploy, .pack],
            help: "how packages of requirements.txt get to PythonAnywhere: bundle or virtualenv "
                + "(default: the virtualenv there if it has them, or else a bundle)",
            helpFor: [
                .pack: "pack a bundle of the packages of requirements.txt, too, or not: bundle or "
                    + "virtualenv (default: virtualenv)"
            ]
        ),
        Option(
            name: .include,
            value: "PATH",
            kind: .file,
            isRepeatable: true,
            commands: [.check, .deploy, .pack],
            help:
                "upload this file, too, although git ignores it, or it looks like a secret or data; "
                + "can be repeated",
            helpFor: [
                .check: "check as if this file were uploaded, too, as with deploy --include; "
                    + "can be repeated",
                .pack:
                    "pack this file, too, although git ignores it, or it looks like a secret or "
                    + "data; can be repeated",
            ]
        ),
        Option(
            name: .overwriteData,
            commands: [.deploy],
            help: "let an included database replace the one on PythonAnywhere"
        ),
        Option(
            name: .noForceHTTPS,
            commands: [.deploy],
            help: "do not redirect the visitors of a new web app to HTTPS"
        ),
        Option(
            name: .assumeInstalled,
            commands: [.deploy],
            help: "deploy even if packages of requirements.txt are missing from the virtualenv on "
                + "PythonAnywhere"
        ),
        Option(
            name: .replaceWSGI,
            commands: [.deploy],
            help: "replace a WSGI file or a folder that does not belong to this project, and keep "
                + "a copy on PythonAnywhere"
        ),
        Option(
            name: .replaceEnv,
            commands: [.deploy],
            help: "with --env-file: replace another .env on PythonAnywhere, and keep a copy there"
        ),
        Option(
            name: .undo,
            commands: [.deploy, .update],
            help: "bring back what the last deployment replaced, and remove its new files",
            helpFor: [.update: "undo the last update, unless you changed its files since"]
        ),
        Option(
            name: .allowEmpty,
            commands: [.deploy],
            help: "with --undo: undo the first deployment, too, although the site is then empty"
        ),
    ]

    /// Options that several commands have, or all.
    private static let general = [
        Option(
            name: .json,
            commands: [.create, .adopt, .check, .update, .add, .list, .deploy],
            help: "print the report as one JSON document",
            helpFor: [
                .check: "print the report as one JSON document, like --format json",
                .list: "print the list as one JSON document",
            ]
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
