// The one table of options: parsing, help and what else tells of them read it here.

import HostTools
import Scaffold

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
        case template, set, answers, defaults
        case framework, language, user, domain, python, output, quiet
        case entry, interpreter, format, strict, method, data, header, json, help, version
        case into, overwrite, git, ci
        case skipExisting = "skip-existing"
        case dryRun = "dry-run"
        case noLoad = "no-load"
        case noCheck = "no-check"
        case assumeInstalled = "assume-installed"
        case replaceWSGI = "replace-wsgi"
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
        let frameworks = catalog.offered(in: nil).map { Choice($0.name, help: $0.manifest.summary) }
        let languages = catalog.languages.map { language in
            Choice(language, help: listed(catalog.offered(in: language).map(\.name)))
        }
        let pythons = PythonVersion.offered.map { Choice($0.description) }
        let services =
            [Choice(Pipeline.none)]
            + Pipeline.allCases.map { Choice($0.rawValue, help: "a pipeline for \($0.title)") }
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
                    "\(listed(frameworks.map(\.word), conjunction: "or")); \(catalog.defaultFramework.name) where not said"
            ),
            Option(
                name: .language,
                short: "l",
                value: "L",
                kind: .choice(languages),
                commands: [.create],
                help: "what the framework is used in: "
                    + "\(listed(languages.map(\.word), conjunction: "or")); "
                    + "\(catalog.defaultLanguage) where not said"
            ),
            Option(
                name: .template,
                short: "t",
                value: "DIR",
                kind: .folder,
                commands: [.create, .update],
                help: "a template folder of your own, in the place of a framework"
            ),
            Option(
                name: .set,
                value: "K=V",
                isRepeatable: true,
                commands: [.create, .update],
                help: "the answer to a question of the template; can be repeated"
            ),
            Option(
                name: .answers,
                value: "FILE",
                kind: .file,
                commands: [.create, .update],
                help: "a JSON file with answers; those of --set come before them"
            ),
            Option(
                name: .defaults,
                commands: [.create],
                help: "ask nothing on a terminal: take the default of each question"
            ),
            Option(
                name: .user,
                short: "u",
                value: "U",
                commands: [.create, .deploy],
                help: "your account on the host: puts its paths into the steps"
            ),
            Option(
                name: .domain,
                value: "D",
                commands: [.create, .deploy],
                help: "the web app's domain; U.pythonanywhere.com where not said (EU: U.eu.…)"
            ),
            Option(
                name: .python,
                value: "X.Y",
                kind: .choice(pythons),
                commands: [.create, .check, .deploy],
                help:
                    "the host's Python, \(pythons[0].word) to \(pythons[pythons.count - 1].word); "
                    + "\(PythonVersion.default) where not said"
            ),
            Option(
                name: .ci,
                value: "C",
                kind: .choice(services),
                commands: [.create],
                help: "a pipeline that tests each push, and can deploy: "
                    + "\(listed(Pipeline.words, conjunction: "or")); "
                    + "\(Pipeline.none) where not said"
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
                name: .git,
                commands: [.create],
                help: "make a git repository of the project, with a first commit"
            ),
            Option(
                name: .dryRun,
                short: "n",
                commands: [.create, .update, .deploy],
                help: "say what would be done, and write nothing"
            ),
            Option(
                name: .quiet,
                short: "q",
                commands: [.create, .update],
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
                commands: [.check, .visit, .deploy],
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
            Option(name: .strict, commands: [.check, .template], help: "let warnings fail, too"),
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
                name: .noCheck,
                commands: [.deploy],
                help: "do not look for errors first"
            ),
            Option(
                name: .assumeInstalled,
                commands: [.deploy],
                help: "the packages are on the host, though not in the project's virtualenv"
            ),
            Option(
                name: .replaceWSGI,
                commands: [.deploy],
                help: "replace a WSGI file that is not this project's, and keep it on the host"
            ),
            Option(
                name: .json,
                commands: [.create, .update, .list, .deploy],
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
