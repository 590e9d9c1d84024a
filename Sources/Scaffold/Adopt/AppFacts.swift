// What the reader of `pa-new adopt` finds in a folder: its JSON document, and the answers that follow from it.
// `HostPython/pa_new_adopt/` writes the document, and says there what each key means.

import ProjectFiles

/// What was found in the folder of an app.
package struct AppFacts: Decodable, Hashable, Sendable {
    /// An app.
    package struct App: Decodable, Hashable, Sendable {
        /// What it is made with, such as `Flask`.
        package let framework: String
        /// How it is connected: one of the words of the question `adapter`.
        let adapter: String
        /// What was found, in one sentence without its full stop.
        package let what: String
        let file: String
        let root: String
        let imports: String
        let application: String
        let settings: String
        /// The option that chooses this app, and its value; empty if there is none.
        let names: [String: String]
        let `static`: [Folder]
        /// What to do on PythonAnywhere after the first upload: keys of yes-or-no questions.
        let steps: [String]

        enum CodingKeys: String, CodingKey {
            case framework, adapter, what, file, root, application, settings, names, steps
            case imports = "import"
            case `static`
        }

        /// Whether there is no app, but only a website's files.
        var isWebsite: Bool { adapter == "static" }

        /// The option that chooses this app, as it is typed; empty if there is none.
        package var option: String {
            names.first.map { "--\($0.key) \(shellQuoted($0.value))" } ?? ""
        }
    }

    /// A folder of static files.
    struct Folder: Decodable, Hashable, Sendable {
        let url: String
        let folder: String
        let file: String
        let line: Int
    }

    /// Why PythonAnywhere's web apps cannot run it.
    struct Refusal: Decodable, Hashable, Sendable {
        let message: String
        let reason: String
        let hint: String
    }

    /// The version of Python that the project asks for.
    struct Python: Decodable, Hashable, Sendable {
        let version: String
        let file: String
        let line: Int
        let note: String
    }

    /// The packages that it needs.
    struct Requirements: Decodable, Hashable, Sendable {
        let from: String
        let lines: [String]
        let exists: Bool
    }

    /// The apps to choose from, the likeliest first.
    package let apps: [App]
    let refused: Refusal?
    let python: Python
    let requirements: Requirements
    /// The name of the entry file to write.
    let entry: String
    /// Whole sentences for the user.
    let notes: [String]
}

extension AppFacts {
    /// Throws what the reader says about an app that PythonAnywhere's web apps cannot run.
    ///
    /// - Parameter folder: The app's folder, as the user typed it.
    /// - Throws: ``ScaffoldError/cannotAdopt(_:_:)``.
    package func checkHostable(in folder: String) throws(ScaffoldError) {
        guard let refused else { return }
        let texts = [refused.message, refused.reason, refused.hint].map { printable($0) }
        throw .cannotAdopt(
            folder,
            .refused(
                Diagnostic(
                    texts[0],
                    reason: texts[1].isEmpty ? nil : texts[1],
                    hint: texts[2].isEmpty ? nil : texts[2]
                )
            )
        )
    }

    /// The app, if there is no choice.
    ///
    /// - Parameter record: The project's record, if the app is adopted already: it says what was chosen.
    /// - Returns: The app; nil if the user has to choose.
    package func app(chosenIn record: ProjectRecord?) -> App? {
        if apps.count <= 1 { return apps.first }
        guard case .text(let chosen)? = record?.answers?[Adoption.Key.choice.rawValue],
            !chosen.isEmpty
        else { return nil }
        return apps.first { $0.option == chosen }
    }

    /// The error about several apps, if nothing says which one is meant.
    ///
    /// - Parameter folder: The app's folder, as the user typed it.
    /// - Returns: The error.
    package func choiceProblem(in folder: String) -> ScaffoldError {
        .cannotAdopt(folder, .choice(apps.map { (printable($0.what), printable($0.option)) }))
    }

    /// Returns what to tell the user: what was found, and where.
    ///
    /// - Parameters:
    ///   - app: The chosen app.
    ///   - request: The request, which may have the version of Python.
    ///   - record: The project's record, if the app is adopted already: its version of Python stays.
    /// - Returns: The lines.
    package func found(_ app: App, _ request: AdoptRequest, over record: ProjectRecord?)
        -> [FoundFact]
    {
        var lines = [FoundFact(kind: "app", text: app.what)]
        let asked = request.python ?? record?.python ?? usablePython
        let version = asked ?? PythonVersion.default.description
        var source = python.file.isEmpty ? "pa-new's default" : place(python.file, python.line)
        if record != nil { source = "the project's record" }
        if request.python != nil { source = "--python" }
        lines.append(FoundFact(kind: "python", text: "Python \(version) (\(source))"))
        // The entry file of a website answers with its pages, so nothing is mapped to `/`.
        for folder in app.static where !(app.isWebsite && folder.url == "/") {
            lines.append(
                FoundFact(
                    kind: "static",
                    text: "\(folder.url) is the folder \(folder.folder) "
                        + "(\(place(folder.file, folder.line)))"
                )
            )
        }
        if requirements.exists {
            lines.append(FoundFact(kind: "packages", text: "requirements.txt"))
        } else if requirements.lines.isEmpty {
            lines.append(FoundFact(kind: "packages", text: "no packages to install"))
        } else {
            let source =
                requirements.from.isEmpty
                ? "that your code imports" : "that \(requirements.from) lists"
            lines.append(
                FoundFact(kind: "packages", text: "the packages \(source), for requirements.txt")
            )
        }
        return lines
    }

    /// Returns what else to tell the user, in whole sentences.
    ///
    /// - Parameters:
    ///   - request: The request, which may have the version of Python.
    ///   - record: The project's record, if the app is adopted already.
    /// - Returns: The sentences.
    package func remarks(_ request: AdoptRequest, over record: ProjectRecord?) -> [String] {
        var remarks = notes
        if let record, request.python == nil {
            // Another version needs another virtualenv, so it does not change by itself.
            if let wanted = usablePython, !python.file.isEmpty, wanted != record.python {
                remarks.append(
                    "\(place(python.file, python.line)) asks for Python \(wanted), and the web app has "
                        + "\(record.python). To change it, add --python \(wanted)."
                )
            }
        } else if !python.note.isEmpty {
            remarks.append(python.note)
        }
        return remarks
    }

    /// The version of Python that the project asks for, if PythonAnywhere has it.
    var usablePython: String? { (try? PythonVersion(python.version)).map { "\($0)" } }

    private func place(_ file: String, _ line: Int) -> String {
        line > 0 ? "\(file):\(line)" : file
    }
}

/// One thing that was found in the folder of an app.
public struct FoundFact: Encodable, Hashable, Sendable {
    /// What it is about: `app`, `python`, `static` or `packages`.
    public let kind: String
    /// What was found, and where.
    public let text: String
}
