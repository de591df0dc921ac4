import Release
import TestSupport

@testable import Checks

/// A repository with settings of two environments beside it.
enum SecretProject {
  static let key = "Wq3+vN8zR1tY6uB0mK4sD7xC2gH5jL9p"
  /// Of the database's user.
  static let drawn = "n8zR1tY6uB0mK"
  static let environment = """
    # production
    APP_ENV=production
    export SECRET_KEY="\(key)"
    DATABASE_URL='postgres://app:\(drawn)@db/app'
    MAIL_FROM="Shop <a@shop.example>"

    """

  private static let settings: [String: CheckSetting] = [
    "files": .table(["production": ".env.production", "staging": ".env.staging"]),
    "required": .texts(["DATABASE_URL", "SECRET_KEY"]),
    "values": .table(["APP_ENV": "production"]), "forbid": .texts(["staging\\."]),
    "names": .text("^[A-Z][A-Z0-9_]*$"), "mode": .text("0600"),
  ]

  static func check(_ settings: [String: CheckSetting] = [:]) -> SecretsCheck {
    SecretsCheck(CheckSettings(Self.settings.merging(settings) { $1 }))
  }

  static func make(_ environment: String = environment) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        ".gitignore": ".env.*\n!.env.example\n",
        ".env.example":
          "APP_ENV=\nSECRET_KEY=changeme\nDATABASE_URL=postgres://app:violet-otter-piano@db/app\nMAIL_FROM=\n",
      ])
    try write(environment, ".env.production", test)
    try write("SECRET_KEY=\(String(key.reversed()))\n", ".env.staging", test)
    return test
  }

  static func write(_ text: String, _ name: String, _ test: TestRepository) throws {
    try Files.write(text, to: "\(test.path)/\(name)")
    Files.setMode(0o600, of: "\(test.path)/\(name)")
  }
}
