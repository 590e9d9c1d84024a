// The command `pa-new list`: the frameworks, as text or as JSON.

import ProjectFiles
import Scaffold

/// Returns the frameworks: one line for each framework in each of its languages.
///
/// - Parameter catalog: The frameworks.
/// - Returns: Whole lines.
func listText(_ catalog: Catalog) -> String {
    table(
        catalog.frameworks.map { framework in
            (
                framework.name
                    + (catalog.nonDefaultLanguage(of: framework).map { " -l \($0)" } ?? ""),
                framework.manifest.summary + (framework.manifest.isDefault ? " (default)" : "")
            )
        }
    )
}

/// Returns the frameworks as one JSON document.
///
/// - Parameter catalog: The frameworks.
/// - Returns: The document and a line end.
/// - Throws: Never in practice: the document has only plain values.
func listJSON(_ catalog: Catalog) throws -> String {
    struct Document: Encodable {
        struct Row: Encodable {
            let name: String
            let language: String?
            let title: String
            let summary: String
            let isDefault: Bool
            let hasRequirements: Bool

            enum CodingKeys: String, CodingKey {
                case name, language, title, summary
                case isDefault = "default"
                case hasRequirements = "requirements"
            }
        }

        let frameworks: [Row]
    }
    let document = Document(
        frameworks: catalog.frameworks.map { framework in
            Document.Row(
                name: framework.name,
                language: framework.language,
                title: framework.manifest.title,
                summary: framework.manifest.summary,
                isDefault: framework.manifest.isDefault,
                hasRequirements: framework.hasRequirements
            )
        }
    )
    return try JSONDocument.text(of: document)
}
