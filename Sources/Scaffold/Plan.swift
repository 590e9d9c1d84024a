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
    /// What the contents may still need.
    let budget: OutputBudget

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
        var budget = OutputBudget(for: framework, maxOutput: project.configuration.maxOutput)
        var files = [
            File(path: ProjectRecord.fileName, source: .record),
            File(path: Baseline.fileName, source: .baseline),
        ]
        for file in project.configuration.files {
            let isTemplate = file.path.hasSuffix(Self.templateSuffix)
            let path = try Self.path(of: file, in: framework, context, &budget)
            files.append(File(path: path, source: isTemplate ? .template(file) : .copy(file)))
        }
        files.sort { $0.path < $1.path }
        do {
            try Self.check(files)
        } catch {
            throw framework.blamed(for: error)
        }
        self.files = files
        self.budget = budget
    }

    /// Returns the path of a file in the project.
    private static func path(
        of file: TemplateFile,
        in framework: Framework,
        _ context: Context,
        _ budget: inout OutputBudget
    ) throws(ScaffoldError) -> String {
        let text = withoutTemplateSuffix(file.path)
        do throws(ScaffoldError) {
            let bytes = try budget.renderPath(file.path) { limits throws(ScaffoldError) in
                let place = framework.place(file.path)
                return try context.render(text, path: place, using: &limits)
            }
            let path = String(decoding: bytes, as: UTF8.self)
            if let reason = pathProblem(path) {
                throw ScaffoldError.badPath(template: file.path, path: path, reason: reason)
            }
            return path
        } catch {
            throw framework.blamed(for: error)
        }
    }

    /// Returns the path in a project for the path of a file in a template folder.
    static func withoutTemplateSuffix(_ path: String) -> String {
        guard path.hasSuffix(templateSuffix) else { return path }
        let count = templateSuffix.utf8.count
        return String(path[..<path.utf8.index(path.endIndex, offsetBy: -count)])
    }

    /// Refuses paths that conflict with each other.
    private static func check(_ files: [File]) throws(ScaffoldError) {
        // Many file systems treat `A` and `a` as the same name, and some the two ways to write `é`.
        var numbers = PathNumbers()
        // By their numbers, which begin with 1.
        var takenBy: [PathNumbers.Part] = []
        for file in files {
            for part in numbers.parts(of: file.path) {
                if part.folded > takenBy.count {
                    takenBy.append(part)
                    continue
                }
                let other = takenBy[part.folded - 1]
                if !part.isSameFolder(as: other) {
                    throw .badPath(
                        template: file.origin,
                        path: file.path,
                        reason: .taken(by: other.path)
                    )
                }
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
