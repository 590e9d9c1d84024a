// The options of `check`, some of which `visit` and `deploy` have, too.

import HostTools
import Scaffold

extension Option {
    /// Options for checks.
    static var checking: [Option] {
        let forms = ReportFormat.allCases.map { Choice($0.rawValue) }
        return [
            Option(
                name: .entry,
                value: "FILE",
                kind: .file,
                commands: [.adopt, .check, .visit, .preview],
                help: "the entry file, which holds the app (default: search for it)",
                helpFor: [
                    .adopt: "name of the entry file to write (default: pythonanywhere_wsgi.py)"
                ]
            ),
            Option(
                name: .interpreter,
                value: "PATH",
                kind: .file,
                commands: [.adopt, .check, .visit, .preview, .deploy, .pack, .logs],
                help: "Python on your computer that loads the app (default: the project's own)",
                helpFor: [
                    .adopt: "Python on your computer that reads the app "
                        + "(default: the project's own)",
                    .deploy: "Python on your computer that checks and deploys "
                        + "(default: the project's own)",
                    .pack: "Python on your computer that packs the project",
                    .logs: "Python on your computer that reads the logs",
                ]
            ),
            Option(
                name: .noLoad,
                commands: [.check],
                help: "only read the code; without this option, check also runs it"
            ),
            Option(
                name: .format,
                value: "FORM",
                kind: .choice(forms),
                commands: [.check],
                help: "form of the report: \(listed(forms.map(\.word), conjunction: "or")) "
                    + "(default: \(ReportFormat.text.rawValue))"
            ),
            Option(
                name: .strict,
                commands: [.check, .template],
                help: "treat warnings as errors"
            ),
        ]
    }

    /// Options for what an app is given that is loaded here.
    static let lending = [
        Option(
            name: .env,
            value: "NAME",
            isRepeatable: true,
            commands: [.check, .visit, .preview],
            help: "give the app this variable of your shell; can be repeated"
        ),
        Option(
            name: .envFile,
            value: "FILE",
            kind: .file,
            commands: [.check, .visit, .preview, .deploy],
            help: "give the app the variables in this file: a NAME=VALUE on each line",
            helpFor: [
                .deploy: "put this file on PythonAnywhere as the project's .env; pa-new prints "
                    + "nothing of it"
            ]
        ),
        Option(
            name: .path,
            value: "P",
            isRepeatable: true,
            commands: [.check],
            help: "request this path, too, and not only /; can be repeated"
        ),
        Option(
            name: .allRoutes,
            commands: [.check],
            help: "request every GET route of the app that needs no parameters"
        ),
        Option(
            name: .noNamespaces,
            commands: [.check, .visit, .preview],
            help: "imitate PythonAnywhere's paths inside Python, without the namespaces of Linux"
        ),
    ]
}
