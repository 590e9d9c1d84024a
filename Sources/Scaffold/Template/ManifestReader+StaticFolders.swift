// Reads the folders of installed packages that a manifest lets PythonAnywhere serve.

import JSON

extension ManifestReader {
    /// Reads `staticFolders`: a list of folders, each with a URL and a package, and perhaps a condition.
    mutating func readStaticFolders(_ json: JSONText?, into manifest: inout Manifest) {
        for element in list(json, "staticFolders", most: 100) {
            let known = ["url", "package", "folder", "when"]
            guard let fields = fields(of: element, called: "a static folder", known: known) else {
                continue
            }
            let condition = condition(fields["when"], isQuestion: false)
            let url = value(fields, "url", in: element, StaticFolder.problem(withURL:))
            let package = value(fields, "package", in: element, StaticFolder.problem(withPackage:))
            let folder = value(fields, "folder", in: element, StaticFolder.problem(withFolder:))
            if let url, let field = fields["url"],
                manifest.staticFolders.contains(where: {
                    $0.folder.url == url && !$0.condition.excludes(condition)
                })
            {
                problems.append((field.offset, .repeatedURL(url)))
            }
            guard let url, let package, let folder else { continue }
            manifest.staticFolders.append(
                Manifest.StaticFiles(
                    folder: StaticFolder(url: url, package: package, folder: folder),
                    condition: condition
                )
            )
        }
    }

    /// Returns a required text, and reports what is wrong with it.
    private mutating func value(
        _ fields: Fields,
        _ key: String,
        in element: JSONText,
        _ problem: (String) -> StaticFolder.Problem?
    ) -> String? {
        guard let field = fields[key] else {
            problems.append((element.offset, .missingKey(key)))
            return nil
        }
        guard let text = line(field, key) else { return nil }
        if text.isEmpty {
            problems.append((field.offset, .empty(key: key)))
        } else if let problem = problem(text) {
            problems.append((field.offset, .badStaticFolder(key: key, text, problem)))
        }
        return text
    }
}

extension Framework {
    /// What is wrong with the static folders of a template as a whole: only a template with packages has any.
    var staticFolderFindings: [TemplateFinding] {
        let names = files.map { Plan.withoutTemplateSuffix($0.path) }
        guard !manifest.staticFolders.isEmpty, !names.contains("requirements.txt") else {
            return []
        }
        return [TemplateFinding(path: Manifest.fileName, problem: .staticFoldersWithoutPackages)]
    }
}
