// The options for a project's place on PythonAnywhere.

import Scaffold

extension Option {
    /// Options for the account, the domain and the Python on PythonAnywhere.
    static var host: [Option] {
        let pythons = PythonVersion.offered.map { Choice($0.description) }
        let versions = "\(pythons[0].word) to \(pythons[pythons.count - 1].word)"
        return [
            Option(
                name: .user,
                short: "u",
                value: "U",
                commands: [.create, .adopt, .deploy, .logs],
                help: "your PythonAnywhere account: the next steps then show your own paths",
                helpFor: [
                    .deploy: "the PythonAnywhere account to deploy to (default: the project's)",
                    .logs: "the PythonAnywhere account of the web app (default: the project's)",
                ]
            ),
            Option(
                name: .domain,
                value: "D",
                commands: [.create, .adopt, .check, .visit, .preview, .deploy, .logs],
                help: "domain of the web app (default: U.pythonanywhere.com; "
                    + "in the EU pass U.eu.pythonanywhere.com)",
                helpFor: [
                    .check: "domain that the requests are for "
                        + "(default: the project's, or the one in the entry file's name)",
                    .visit: "domain that the request is for "
                        + "(default: the project's, or the one in the entry file's name)",
                    .deploy: "domain of the web app to deploy to "
                        + "(default: the project's, or U.pythonanywhere.com)",
                    .logs:
                        "domain of the web app (default: the project's, or U.pythonanywhere.com)",
                ]
            ),
            Option(
                name: .python,
                value: "X.Y",
                kind: .choice(pythons),
                commands: [.create, .adopt, .check, .deploy, .pack],
                help: "Python version on PythonAnywhere, \(versions) "
                    + "(default: \(PythonVersion.default))",
                helpFor: [
                    .adopt:
                        "Python version on PythonAnywhere, \(versions) (default: the one that the "
                        + "app asks for, or \(PythonVersion.default))",
                    .check: "check for this Python version on PythonAnywhere, \(versions) "
                        + "(default: the project's, or the one that runs the check)",
                    .deploy: "Python version of the web app, \(versions) (default: the project's)",
                    .pack: "Python version of the web app, for which --packages bundle gets the "
                        + "packages, \(versions) (default: the project's)",
                ]
            ),
        ]
    }
}
