// The one table of commands: parsing, help and what else tells of them read it here.

import Scaffold

/// A command of pa-new.
enum CommandName: String, CaseIterable {
    /// The main job, `pa-new NAME`: the one command without a word of its own.
    case create
    case check
    case visit
    case deploy
    case update
    case template
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
        case .deploy: "deploy [DIR]"
        case .update: "update [DIR]"
        case .template: "template check [DIR]"
        case .list: "list [--json]"
        case .completions: "completions SHELL"
        case .man: "man"
        case .help: "help [COMMAND]"
        }
    }

    /// One line for the help.
    var summary: String {
        switch self {
        case .create: "make a project that PythonAnywhere's manual configuration can load"
        case .check: "say whether the app in a folder would load on the host, and why not"
        case .visit: "make one request of the app in a folder, without a server"
        case .deploy: "bring a project onto the host over its API, and visit the page"
        case .update: "take a project to today's template, or to other answers"
        case .template: "say all that is wrong with a template folder of your own"
        case .list: "list the frameworks"
        case .completions: "print what completes pa-new's words in bash, zsh or fish"
        case .man: "print the manual page pa-new.1"
        case .help: "show this help, or that of a command"
        }
    }

    /// What the command does and what it does not, for its own help: paragraphs.
    var details: [String] {
        switch self {
        case .create:
            [
                "Writes the project into the folder NAME, all of it or nothing, and prints what to do "
                    + "next. The package in it has the name in lower case, with '_' for '-'. No file "
                    + "starts a server: the host has its own."
            ]
        case .check:
            [
                "Reads the code of the entry file and of what it imports from the project, then loads "
                    + "it as the host does and makes one request for '/', each in a process of its "
                    + "own with limits of time and memory. Loading runs the app's code: --no-load "
                    + "only reads.",
                "The entry file is the one of --entry, else that of a project which pa-new made, a "
                    + "*_wsgi.py, wsgi.py, or the file that assigns 'application'. The Python is the "
                    + "one of --interpreter, else that of the project's .venv or venv, of the active "
                    + "virtual environment, or python3.",
                "Each finding has a rule. A comment '# pa-new: allow RULE' on a line silences the rule "
                    + "there, and the report counts it.",
            ]
        case .visit:
            [
                "Loads the app as the host does, makes one request of it in-process, without a server "
                    + "or a socket, and prints the answer as 'curl -i' would. What the app itself "
                    + "prints goes to stderr. PATH is / where not said; it may have a query.",
                "This runs the app's code. The entry file and the Python are found as for 'pa-new "
                    + "check'.",
            ]
        case .deploy:
            [
                "Checks the project, makes the web app if it is missing, uploads what changed, sets "
                    + "the source folder, the virtualenv and the static files, replaces the WSGI "
                    + "file, reloads, and says what the page answers. The account, the domain and "
                    + "the Python are those that the project was made for, where no option says "
                    + "otherwise. Done again it changes nothing; a run that was cut off goes on.",
                "The token comes from the variable API_TOKEN alone. PYTHONANYWHERE_SITE, such as "
                    + "eu.pythonanywhere.com, names the host's system for a domain of your own. "
                    + "--dry-run lists every call; without a token as if nothing were there.",
                "Hidden files, what git ignores, caches, virtual environments and databases stay "
                    + "here, and nothing is deleted there. The API cannot install packages: where "
                    + "requirements.txt asks for some that the virtualenv on the host does not "
                    + "have, that is said before anything is touched.",
            ]
        case .update:
            [
                "Makes the project in DIR what this pa-new would make of it today, with the answers "
                    + "that it was made from, but for those of --set: user, domain, python, name, "
                    + "framework, language, ci, or a question of its template. An empty value takes one of "
                    + "the first away.",
                "A file that nobody edited is replaced. An edited one gets what is new besides the "
                    + "edits; where both changed the same lines, it gets both between markers. What was "
                    + "deleted stays deleted. All of the changes land, or none. Neither git nor a "
                    + "network is needed.",
            ]
        case .template:
            [
                "Looks at the manifest, the paths and the templates in DIR, in branches that are not "
                    + "taken too, and prints a line for each thing that is wrong: "
                    + "FILE:LINE:COLUMN: PROBLEM. DIR is this folder where not said. Nothing is "
                    + "written, and nothing in the folder is ever run."
            ]
        case .list:
            [
                "Prints each framework, in each of its languages, with what it is, the default one first."
            ]
        case .completions:
            [
                "Prints a script for SHELL: bash, zsh or fish. The guide says where each looks for it."
            ]
        case .man: ["Prints the page in mdoc(7): pa-new man > pa-new.1"]
        case .help: ["Without a command it tells of all of them."]
        }
    }

    /// How the command is used, for its own help.
    var examples: [String] {
        switch self {
        case .create:
            [
                "pa-new hello --framework handler --user alice",
                "pa-new hello -f flask -o ~/sites -q",
            ]
        case .check:
            [
                "pa-new check hello", "pa-new check hello --strict --format github",
                "pa-new check ~/mysite --entry flask_app.py --no-load",
            ]
        case .visit:
            [
                "pa-new visit hello /",
                "pa-new visit hello '/search?q=x' --header 'Accept: text/html'",
                "pa-new visit hello /form --data 'name=Ada'",
            ]
        case .deploy:
            ["pa-new deploy hello --dry-run", "pa-new deploy hello --user alice"]
        case .template: ["pa-new template check ~/templates/web --strict"]
        case .update:
            ["pa-new update --dry-run", "pa-new update hello --set user=alice --set python=3.12"]
        case .list: ["pa-new list --json"]
        case .completions: ["source <(pa-new completions bash)"]
        case .man: ["pa-new man > ~/.local/share/man/man1/pa-new.1"]
        case .help: ["pa-new help check"]
        }
    }

    /// What follows `pa-new` to name the command.
    var word: String { self == .create ? "NAME" : rawValue }

    /// What the words after the command's own can be; for the main job, after `pa-new`.
    var positionals: [ValueKind] {
        switch self {
        case .create: [.text]
        case .check, .deploy, .update: [.folder]
        case .visit: [.folder, .text]
        case .template: [.choice([Choice("check", help: "say all that is wrong")]), .folder]
        case .completions: [.choice(Shell.allCases.map { Choice($0.rawValue) })]
        case .help:
            [
                .choice(
                    CommandName.allCases.filter { $0 != .create && $0 != .help }
                        .map { Choice($0.rawValue, help: $0.summary) }
                )
            ]
        case .list, .man: []
        }
    }
}
