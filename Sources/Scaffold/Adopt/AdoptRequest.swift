// What the user asks of `pa-new adopt`, before the folder is read.

/// How to connect an app that is there already.
public struct AdoptRequest: Sendable, Hashable {
    /// The app's folder.
    public var folder: String
    /// The account on PythonAnywhere.
    public var user: String?
    /// The domain of the web app.
    public var domain: String?
    /// The Python version on PythonAnywhere.
    public var python: String?
    /// The service that runs the project's pipeline: the value of `--ci`.
    public var pipeline: String?
    /// Whether the pipeline updates the project by a schedule: true with `--ci-updates`.
    public var hasUpdateJob = false
    /// The app, as `MODULE:OBJECT`.
    public var app: String?
    /// The function that makes the app, as `MODULE:FUNCTION`.
    public var factory: String?
    /// The module with Django's settings.
    public var settings: String?
    /// Static mappings, `URL=DIR` each.
    public var staticFolders: [String]
    /// The name of the entry file.
    public var entry: String?
    /// Whether to load the app, which runs its code.
    public var loads: Bool
    /// The Python that the user gave with `--interpreter`, as typed; the next steps name it, too.
    public var interpreter: String?
    /// The console on PythonAnywhere in which pa-new runs; nil elsewhere.
    public var console: HostConsole?

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - folder: The app's folder.
    ///   - user: The account on PythonAnywhere.
    ///   - domain: The domain of the web app.
    ///   - python: The Python version on PythonAnywhere.
    ///   - pipeline: The service that runs the project's pipeline.
    ///   - app: The app, as `MODULE:OBJECT`.
    ///   - factory: The function that makes the app, as `MODULE:FUNCTION`.
    ///   - settings: The module with Django's settings.
    ///   - staticFolders: Static mappings, `URL=DIR` each.
    ///   - entry: The name of the entry file.
    ///   - loads: Whether to load the app, which runs its code.
    public init(
        folder: String = ".",
        user: String? = nil,
        domain: String? = nil,
        python: String? = nil,
        pipeline: String? = nil,
        app: String? = nil,
        factory: String? = nil,
        settings: String? = nil,
        staticFolders: [String] = [],
        entry: String? = nil,
        loads: Bool = false
    ) {
        self.folder = folder
        self.user = user
        self.domain = domain
        self.python = python
        self.pipeline = pipeline
        self.app = app
        self.factory = factory
        self.settings = settings
        self.staticFolders = staticFolders
        self.entry = entry
        self.loads = loads
    }
}
