// Packs a project into a zip file: checks the request, then runs `HostPython/pa_new_deploy/`.

import ProjectFiles
import Scaffold

/// A request to write the files that `deploy` uploads into a zip file.
public struct PackRequest: Sendable, Hashable {
    /// The project's folder.
    public var folder: String
    /// The path of the zip file; nil for the project's name in the current folder.
    public var output: String?
    /// Files to pack although they look like secrets or data.
    public var includes: [String] = []
    /// How the packages get to PythonAnywhere; only a bundle is part of the zip file.
    public var packages: PackagesWay?
    /// The Python version of the web app; nil for the recorded one.
    public var python: PythonVersion?

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - output: The path of the zip file; nil for the project's name in the current folder.
    public init(folder: String = ".", output: String? = nil) {
        self.folder = folder
        self.output = output
    }
}

/// A project that can be packed.
public struct Packing: Sendable {
    private let request: PackRequest
    private let name: String
    private let products: BuildProducts
    private let python: PythonVersion
    private let bundleCommand: String?

    /// Checks the project's record.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - loaded: The project.
    ///   - catalog: The available frameworks.
    /// - Throws: ``DeployError`` or ``ScaffoldError`` if the record cannot be used.
    package init(_ request: PackRequest, _ loaded: LoadedProject, from catalog: Catalog) throws {
        self.request = request
        products = loaded.products
        python = try request.python ?? PythonVersion(loaded.record.python)
        name = try loaded.sourceFolder(in: request.folder)
        bundleCommand = loaded.bundleCommand(in: request.folder)
    }

    /// Writes the zip file and prints what is in it.
    ///
    /// - Parameter interpreter: The Python that runs the packer.
    /// - Returns: The exit code.
    /// - Throws: ``PythonError`` if Python cannot be run.
    public func run(with interpreter: PythonInterpreter) throws(PythonError) -> Int32 {
        let temporary = try TemporaryDirectory(for: .deployer)
        defer { temporary.remove() }
        return try temporary.run(with: interpreter, arguments)
    }

    /// The packer's arguments.
    var arguments: [String] {
        ["pack", operand(request.folder), "--name=\(name)", "--python=\(python)"]
            + (request.output.map { ["--output=\($0)"] } ?? [])
            + (request.packages.map { ["--packages=\($0.rawValue)"] } ?? [])
            + (bundleCommand.map { ["--bundle-command=\($0)"] } ?? [])
            + request.includes.map { "--include=\($0)" }
            + products.uploads.map { "--upload=\($0)" } + products.commands.map { "--build=\($0)" }
    }
}
