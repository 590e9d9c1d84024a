// The templates in this program, as the build lists them: what is in a folder is made when it is first asked for.

import ProjectFiles

/// A folder of templates in this program.
struct EmbeddedFolder: Sendable {
    /// The folder's name.
    let name: String
    /// The files of the folder, with paths below it.
    let files: @Sendable () -> [TemplateFile]
    /// What its manifest says in lists; nil if the folder is not a framework.
    let listing: Listing?
    /// The framework in the folder.
    let parts: (@Sendable () -> Framework.Parts)?
}

/// What options and lists have to know of every framework: the rest is read only of the one that is asked for.
struct Listing: Sendable, Hashable {
    let framework: String
    let language: String
    let summary: String
    let isDefault: Bool
    let adopts: Bool
    let modules: [String]
    /// The databases that its question offers.
    let databases: [String]
}

extension Listing {
    /// Takes it from a manifest.
    ///
    /// - Parameter manifest: The manifest.
    init(_ manifest: Manifest) {
        self.init(
            framework: manifest.framework,
            language: manifest.language,
            summary: manifest.summary,
            isDefault: manifest.isDefault,
            adopts: manifest.adopts,
            modules: manifest.modules,
            databases: manifest.databases
        )
    }
}

extension TemplateFile {
    /// Unpacks the files of a folder in this program.
    ///
    /// - Parameter files: What the build has packed: all of them are text.
    /// - Returns: The files.
    static func unpacked(_ files: PackedFiles) -> [TemplateFile] {
        files.files.map { file in
            let text = String(decoding: file.contents.inMemory ?? [], as: UTF8.self)
            return TemplateFile(
                path: file.path,
                isExecutable: file.isExecutable,
                contents: .text(text)
            )
        }
    }
}

extension Framework.Parts {
    /// Reads a folder in this program.
    ///
    /// The tests read every folder, so that a mistake in a manifest is not found here.
    ///
    /// - Parameters:
    ///   - folder: The folder's name.
    ///   - files: The files of the folder, with paths below it.
    convenience init(_ folder: String, _ files: [TemplateFile]) {
        do throws(ScaffoldError) {
            try self.init(in: folder, files: files, shared: embeddedShared, readsAdditions: false)
        } catch {
            fatalError(error.diagnostic.message)
        }
    }
}

/// The files that several frameworks include, with paths below their folder.
let embeddedShared = embeddedTemplates.first { $0.name == Catalog.sharedFolder }?.files() ?? []

/// Every file of the templates in this program, in the order of their paths.
var embeddedTemplateFiles: [TemplateFile] {
    embeddedTemplates.flatMap { folder in
        folder.files().map { file in
            TemplateFile(
                path: "\(folder.name)/\(file.path)",
                isExecutable: file.isExecutable,
                contents: file.contents
            )
        }
    }
}
