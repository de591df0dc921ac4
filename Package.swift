// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// script/test builds for release; optimising the tests themselves would only take longer.
let testSettings =
  settings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
// Without its Foundation trait, which would load ICU at every start.
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
  name: "deed",
  products: [
    .executable(name: "deed", targets: ["Deed"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // All are linked statically by their module maps, so that pkg-config's flags are not wanted.
    .systemLibrary(name: "Clibgit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(name: "Cdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(
      name: "Ccmark",
      providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
    .systemLibrary(name: "Cmalloc"),
    .target(name: "NoNetwork"),
    .target(name: "Release", dependencies: [crypto], swiftSettings: settings),
    .target(
      name: "Git",
      dependencies: ["Cdeflate", "Clibgit2", "Cmalloc", "NoNetwork", "Release", subprocess],
      swiftSettings: settings),
    .target(name: "Ledger", dependencies: ["Git", "Release"], swiftSettings: settings),
    .target(name: "Documents", dependencies: ["Ccmark", "Release"], swiftSettings: settings),
    .target(
      name: "Checks", dependencies: ["Documents", "Git", "Release", crypto, subprocess],
      swiftSettings: settings),
    .target(name: "Configuration", dependencies: ["Release", "TOMLKit"], swiftSettings: settings),
    .target(
      name: "Templates", path: "templates",
      resources: [
        .embedInCode("deed.toml"), .embedInCode("checklists"), .embedInCode("runbook.md"),
        .embedInCode("release-notes.md.mustache"), .embedInCode("ci"),
      ], swiftSettings: settings),
    .executableTarget(
      name: "Deed",
      dependencies: [
        "Checks", "Configuration", "Documents", "Git", "Ledger", "Release", "Templates",
        argumentParser,
      ],
      swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["Git", "Release", subprocess],
      path: "Tests/TestSupport", swiftSettings: testSettings),
    .testTarget(
      name: "ReleaseTests", dependencies: ["Release"],
      resources: [.copy("vectors")], swiftSettings: testSettings),
    .testTarget(
      name: "GitTests", dependencies: ["Git", "TestSupport"], swiftSettings: testSettings),
    // Tests run it many times at once: what several processes do to each other takes processes.
    .executableTarget(
      name: "LedgerWriter", dependencies: ["Git", "Ledger", "Release"],
      path: "Tests/LedgerWriter", swiftSettings: testSettings),
    .testTarget(
      name: "LedgerTests", dependencies: ["Ledger", "LedgerWriter", "TestSupport"],
      swiftSettings: testSettings),
    .testTarget(
      name: "DocumentsTests", dependencies: ["Ccmark", "Documents", "Release"],
      resources: [.copy("documents")], swiftSettings: testSettings),
    .testTarget(
      name: "ChecksTests", dependencies: ["Checks", "Git", "Release", "TestSupport"],
      swiftSettings: testSettings),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "Release", "Templates"],
      swiftSettings: testSettings),
    .testTarget(
      name: "DeedTests",
      dependencies: [
        "Checks", "Deed", "Documents", "Git", "Ledger", "Release", "Templates", "TestSupport",
        argumentParser,
      ],
      exclude: ["golden"], swiftSettings: testSettings),
  ]
)
