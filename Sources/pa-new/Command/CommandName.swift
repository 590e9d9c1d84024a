// The table of commands. The parser, the help, the manual page and the completions all read it.

import Scaffold

/// A command of pa-new.
enum CommandName: String, CaseIterable {
    /// The main command, `pa-new NAME`: the only one without a name to type.
    case create
    case adopt
    case check
    case visit
    case preview
    case deploy
    case pack
    case logs
    case update
    case add
    case template
    case list
    case completions
    case man
    case help

    /// The arguments after `pa-new`, as the help shows them.
    var synopsis: String {
        switch self {
        case .create: "NAME [options]"
        case .adopt: "adopt [DIR]"
        case .check: "check [DIR]"
        case .visit: "visit [DIR] [PATH]"
        case .preview: "preview [DIR]"
        case .deploy: "deploy [DIR]"
        case .pack: "pack [DIR]"
        case .logs: "logs [DIR]"
        case .update: "update [DIR]"
        case .add: "add handler NAME [DIR]"
        case .template: "template check [DIR]"
        case .list: "list"
        case .completions: "completions SHELL"
        case .man: "man"
        case .help: "help [COMMAND]"
        }
    }

    /// Returns the command as a user types it for a project.
    ///
    /// - Parameter folder: The project's folder; nil for the current one.
    /// - Returns: The command line.
    func typed(for folder: String?) -> String {
        let words = synopsis.split(separator: " ").compactMap { word in
            switch word {
            case "[DIR]": folder.map(shellQuoted)
            case "[PATH]": nil
            default: String(word)
            }
        }
        return "pa-new " + words.joined(separator: " ")
    }

    /// One line for the help.
    var summary: String {
        switch self {
        case .create: "make a new project for PythonAnywhere's manual configuration"
        case .adopt: "connect an app that you already have with PythonAnywhere"
        case .check: "check whether an app would load on PythonAnywhere, and say why not"
        case .visit: "make a request to an app, without starting a server"
        case .preview: "show an app in your browser, as PythonAnywhere would"
        case .deploy: "deploy a project to PythonAnywhere over its API, and test the page"
        case .pack: "write the files that deploy uploads into a zip file"
        case .logs: "print the last lines of a web app's logs on PythonAnywhere"
        case .update: "update a project to the current template, or change its answers"
        case .add: "add a handler to a project: its view, its route and its test"
        case .template: "check your own template folder for errors"
        case .list: "list the frameworks: what each has, installs and asks"
        case .completions: "print the completion script for bash, zsh or fish"
        case .man: "print the manual page pa-new.1"
        case .help: "show this help, or the help of a command"
        }
    }

    /// Paragraphs for the command's own help: what it does, and what it does not do.
    var details: [String] {
        switch self {
        case .create:
            [
                "Writes the project to the folder NAME and prints the next steps. If anything fails, "
                    + "nothing is written. The Python package inside has the same name in lower case, "
                    + "with '_' for '-'. The project starts no server: PythonAnywhere has its own.",
                "In a Bash console on PythonAnywhere, --user is not needed, and the next steps leave "
                    + "out packing and uploading.",
                "A NAME that looks like a mistyped command is refused; after '--', any valid name is "
                    + "accepted: pa-new -- chekc",
            ]
        case .adopt:
            [
                "Finds the app in DIR (default: the current folder), and writes beside it the files that "
                    + "PythonAnywhere needs: an entry file that imports the app, an adapter if the app "
                    + "is asynchronous, and PYTHONANYWHERE.md with the next steps. Your own files stay "
                    + "as they are: if one of the new files is there already, nothing is written. After "
                    + "that, check, preview, pack, deploy, logs and update work in DIR.",
                "It only reads your code; --load runs it. It takes the packages from requirements.txt, or "
                    + "makes that file from pyproject.toml, Pipfile or environment.yml. If you run it "
                    + "again, it updates its files and keeps your edits.",
            ]
        case .check:
            [
                "Reads the entry file and the project's code that it imports. Then loads the app as "
                    + "PythonAnywhere does and requests '/' and each --path, in separate processes "
                    + "with limited time and memory. This runs the app's code; --no-load only reads "
                    + "it. The first line of the report is the verdict.",
                "The entry file is the one given with --entry. By default it is the one of a project "
                    + "made by pa-new, or a *_wsgi.py, or wsgi.py, or the file that assigns "
                    + "'application'. The Python is the one given with --interpreter. By default it "
                    + "is that of the project's .venv or venv, or of the active virtual environment, "
                    + "or python3. With --no-load, no Python in the project's folder is run: another "
                    + "one reads the packages of the virtual environment.",
                "The app gets the environment variables that PythonAnywhere sets, and none of your "
                    + "shell's; --env and --env-file give it more. The requests are for the domain "
                    + "given with --domain, or the one in the project's record, in the entry file's "
                    + "name, or that of the account in a path such as /home/alice.",
                "Each finding has a rule. A comment '# pa-new: allow RULE' on a line suppresses the "
                    + "findings of that rule there; the report says how many are suppressed.",
            ]
        case .visit:
            [
                "Loads the app as PythonAnywhere does, makes a request without a server or a "
                    + "socket, and prints the response like 'curl -i'. The app's own output goes to "
                    + "stderr. PATH can have a query (default: /). This runs the app's code; 'pa-new "
                    + "help check' says how the entry file and the Python are found.",
                "The options are those of curl. Redirects to other sites are not followed. A path "
                    + "below /static/ is a file that PythonAnywhere serves without the app.",
            ]
        case .preview:
            [
                "Shows the app at http://localhost:8000/, only on this computer, until you press Ctrl-C. "
                    + "The server is pa-new's own: nothing in the project starts it, and it is not "
                    + "uploaded. The app is loaded once, as PythonAnywhere does it, and its workers "
                    + "answer one request at a time. Static files are sent without the app. This runs the "
                    + "app's code; 'pa-new help check' says how the entry file and the Python are found.",
                "When you save a file, the app is loaded again; the old one answers until then. If it does "
                    + "not load, or a page raises an exception, the browser shows the line and what to do.",
                "The app finds PA_NEW_PREVIEW=1 in its environment, and works on a copy of your files. "
                    + "What it writes into databases and new folders is kept.",
            ]
        case .deploy:
            [
                "Checks the project, creates the web app if needed, uploads changed files, sets the "
                    + "source folder, the virtualenv and the static files, replaces the WSGI file, "
                    + "reloads the web app and requests its first page. You can run it again at any "
                    + "time: it changes only what differs, and continues an interrupted run.",
                "The check runs the app's code; with --no-check, nothing of the project is run. The "
                    + "token and the calls are left to a Python outside of the project's folder.",
                "The API token is read from the environment variable API_TOKEN. No other program that "
                    + "pa-new starts gets it. If you use a domain "
                    + "of your own, PYTHONANYWHERE_SITE selects the system: www.pythonanywhere.com "
                    + "or eu.pythonanywhere.com. With --dry-run and no token, it lists the calls for "
                    + "an empty account.",
                "It does not upload hidden files, files that .gitignore names, caches, virtual "
                    + "environments, secrets or databases, and it deletes no file of yours on "
                    + "PythonAnywhere. If the virtualenv there lacks packages of requirements.txt, it "
                    + "makes a bundle of them on this computer with uv and uploads it; the app "
                    + "unpacks it at its first start.",
                "A domain that shows another project is left alone unless you pass --replace-wsgi. "
                    + "Then it keeps the old WSGI file and says how to bring the other project back.",
                "Before its first change, it keeps what it replaces on PythonAnywhere: --undo brings "
                    + "back the files, the settings and the WSGI file, and removes the new files. "
                    + "The old files of the last five deployments are kept, at most 20 MB of each. "
                    + "Databases and secrets are never touched by an undo. After an undo of the "
                    + "first deployment, the site is empty: on a terminal it asks before, and else it "
                    + "needs --allow-empty.",
            ]
        case .pack:
            [
                "Writes the same files as deploy uploads, so no secrets, databases, caches or virtual "
                    + "environments, into one zip file, and lists what it leaves out. In the zip file "
                    + "they are in a folder with the project's name: upload it to your home folder and "
                    + "unpack it there. The same "
                    + "files always give the same bytes. It needs no account and no token.",
                "With --packages bundle, the zip file also has the packages of requirements.txt, for "
                    + "PythonAnywhere and the web app's Python. uv gets them on this computer. The app "
                    + "unpacks them at its first start, so you need no virtualenv. Versions that "
                    + "requirements.txt leaves open are the newest ones.",
            ]
        case .logs:
            [
                "Reads the logs over the API. The API token is read from the environment variable "
                    + "API_TOKEN. Without --error, --server and --access, it prints the error log.",
                "The server log tells when the web app was last reloaded. The times in the server log are "
                    + "in UTC. Those in the error log are by the app's own clock: UTC, unless the app "
                    + "sets a time zone, as Django does.",
                "With --follow, it asks PythonAnywhere for new lines 20 times a minute, in turn if there "
                    + "are several logs: the API allows 40 requests a minute.",
            ]
        case .update:
            [
                "Brings the project in DIR up to date with the templates of this pa-new. It uses the "
                    + "answers that the project was made with; change them with --set: "
                    + listed(UpdateRequest.ownKeys) + ", and the questions of the "
                    + "project's template. An empty value resets one of the former to its default: "
                    + "--set user=",
                "Files that you did not edit are replaced. Your edits are merged with the changes of "
                    + "the template; where both changed the same lines, the file gets both versions "
                    + "between conflict markers. Files that you deleted stay deleted. Either all "
                    + "changes are made, or none. Neither git nor a network is needed.",
            ]
        case .add:
            [
                "Writes the handler, its route and its test into the files of the project in DIR "
                    + "(default: the current folder), and keeps your edits. NAME has small letters, digits "
                    + "and '_': about_us becomes the function about_us or the class AboutUsHandler, as the "
                    + "framework has it. Its page is /about-us, unless --path says another.",
                "A name or a path that is there already is refused. If your edits leave no certain place "
                    + "for the code, nothing is written, and the code is printed for you to add by hand. "
                    + "Either all files are changed, or none.",
            ]
        case .template:
            [
                "Checks the manifest, the paths and the templates in DIR (default: the current "
                    + "folder) or at an address such as gh:OWNER/NAME, including the branches that are not taken, and prints a line for "
                    + "each problem: FILE:LINE:COLUMN: PROBLEM. It writes nothing, and runs nothing "
                    + "from the folder."
            ]
        case .list:
            [
                "Prints each framework in each of its languages: what it has, how much its packages "
                    + "need on the disk, and the options that it offers. The default comes first.",
                "With --template, prints the same about a template folder of your own.",
            ]
        case .completions:
            [
                "Prints a completion script for SHELL: bash, zsh or fish. docs/install.md says where "
                    + "each shell looks for it."
            ]
        case .man: ["Prints the page in mdoc(7): pa-new man > pa-new.1"]
        case .help: ["Without COMMAND, lists all commands."]
        }
    }

    /// Examples for the command's own help.
    var examples: [String] {
        switch self {
        case .create:
            [
                "pa-new hello --framework handler --user alice",
                "pa-new hello -f flask -o ~/sites -q",
            ]
        case .adopt:
            [
                "pa-new adopt --user alice --dry-run", "pa-new adopt ~/shop --user alice",
                "pa-new adopt --factory shop:create_app --static /static/=shop/static",
            ]
        case .check:
            [
                "pa-new check hello", "pa-new check hello --strict --format github",
                "pa-new check ~/mysite --entry flask_app.py --no-load",
                "pa-new check hello --path /about --env SHOP_KEY",
            ]
        case .visit:
            [
                "pa-new visit hello /",
                "pa-new visit hello '/search?q=x' --header 'Accept: text/html'",
                "pa-new visit hello /form -d 'name=Ada' -L --cookie-jar jar",
                "pa-new visit hello /photos -F title=Cat -F photo=@cat.png",
                "pa-new visit hello /cat.png --body -o cat.png",
            ]
        case .preview:
            [
                "pa-new preview hello", "pa-new preview hello --live --open",
                "pa-new preview hello --port 8080",
            ]
        case .deploy:
            ["pa-new deploy hello --dry-run", "pa-new deploy hello --user alice"]
        case .pack:
            [
                "pa-new pack hello", "pa-new pack hello -o ~/Desktop/hello.zip",
                "pa-new pack hello --packages bundle",
            ]
        case .logs:
            [
                "pa-new logs hello", "pa-new logs hello --server -n 20",
                "pa-new logs hello --since-reload --follow",
            ]
        case .add:
            [
                "pa-new add handler about",
                "pa-new add handler about_us hello --path /about --dry-run",
            ]
        case .template: ["pa-new template check ~/templates/web --strict"]
        case .update:
            ["pa-new update --dry-run", "pa-new update hello --set user=alice --set python=3.12"]
        case .list: ["pa-new list --json"]
        case .completions: ["source <(pa-new completions bash)"]
        case .man: ["pa-new man > ~/.local/share/man/man1/pa-new.1"]
        case .help: ["pa-new help check"]
        }
    }

    /// The word after `pa-new` that stands for the command in messages.
    var word: String { self == .create ? "NAME" : rawValue }

    /// The kinds of the arguments after the name of the command (for `create`, after `pa-new`).
    var positionals: [ValueKind] {
        switch self {
        case .create: [.text]
        case .adopt, .check, .preview, .deploy, .pack, .logs, .update: [.folder]
        case .visit: [.folder, .text]
        case .template:
            [.choice([Choice("check", help: "check a template folder for errors")]), .folder]
        case .add:
            [
                .choice([Choice(AdditionKind.handler.rawValue, help: "add a page's handler")]),
                .text,
                .folder,
            ]
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
