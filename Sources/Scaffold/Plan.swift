// The files that a project will have: paths only, nothing is rendered yet.

import ProjectFiles

/// The files that a project will have, sorted by path.
struct Plan: Sendable {
    /// One file of the project.
    struct File: Sendable {
        /// The path below the project's folder.
        let path: String
        /// The source of its contents.
        let source: Source
    }

    /// The source of a file's contents.
    enum Source: Sendable {
        /// A template to render.
        case template(TemplateFile)
        /// A file to copy byte for byte.
        case copy(TemplateFile)
        /// The project record.
        case record
        /// The baseline: all files that are made from templates.
        case baseline
    }

    let files: [File]

    /// The ending of a template's file name; the rendered file has the same name without it.
    static let templateSuffix = ".mustache"

    /// Plans a project.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - context: The names that its paths can use.
    /// - Throws: ``ScaffoldError/badPath(template:path:reason:)`` if a path would leave the project
    ///   or two files would have the same path; ``ScaffoldError/badTemplate(_:)`` if the path of a
    ///   template cannot be rendered.
    init(_ project: Project, _ context: Context) throws(ScaffoldError) {
        let framework = project.configuration.framework
        var files = [
            File(path: ProjectRecord.fileName, source: .record),
            File(path: Baseline.fileName, source: .baseline),
        ]
        for file in project.configuration.files {
            let isTemplate = file.path.hasSuffix(Self.templateSuffix)
            let bytes = try context.render(
                Self.withoutTemplateSuffix(file.path),
                path: framework.place(file.path)
            )
            let path = String(decoding: bytes, as: UTF8.self)
            files.append(File(path: path, source: isTemplate ? .template(file) : .copy(file)))
        }
        files.sort { $0.path < $1.path }
        do {
            try Self.check(files)
        } catch {
            throw framework.blamed(for: error)
        }
        self.files = files
    }

    /// Returns the path in a project for the path of a file in a template folder.
    static func withoutTemplateSuffix(_ path: String) -> String {
        guard path.hasSuffix(templateSuffix) else { return path }
        let count = templateSuffix.utf8.count
        return String(path[..<path.utf8.index(path.endIndex, offsetBy: -count)])
    }

    /// Refuses paths that leave the project, and paths that conflict with each other.
    private static func check(_ files: [File]) throws(ScaffoldError) {
        // Many file systems treat `A` and `a` as the same name, and some the two ways to write `é`.
        var takenBy: [String: (path: String, isFolder: Bool)] = [:]
        // The folder of the last file, which most next files are in, too: it is checked already.
        var checked = "."
        for file in files {
            if let reason = pathProblem(file.path) {
                throw .badPath(template: file.origin, path: file.path, reason: reason)
            }
            let folder = splitPath(file.path).parent
            let isChecked = folder.utf8.elementsEqual(checked.utf8)
            let folders = isChecked ? [] : parents(of: file.path)
            checked = folder
            for path in folders + [file.path] {
                let isFolder = path.utf8.count < file.path.utf8.count
                let name = foldedName(path)
                if let other = takenBy[name] {
                    if isFolder, other.isFolder, other.path.utf8.elementsEqual(path.utf8) {
                        continue
                    }
                    throw .badPath(
                        template: file.origin,
                        path: file.path,
                        reason: .taken(by: other.path)
                    )
                }
                takenBy[name] = (path, isFolder)
            }
        }
    }
}

extension Plan.File {
    /// The path of the file's source.
    fileprivate var origin: String {
        switch source {
        case .template(let file), .copy(let file): file.path
        case .record, .baseline: path
        }
    }
}
