internal import Release

/// The words by which sections of a runbook are known, in the languages that teams write them in.
struct SectionNames {
  /// By the name that the policy uses; all in small letters.
  private static let builtIn: [String: [String]] = [
    "health": [
      "health", "liveness", "readiness", "smoke test", "ヘルス", "正常性", "死活", "稼働確認", "動作確認", "헬스",
      "상태 확인", "상태 점검", "정상 동작", "동작 확인",
    ],
    "rollback": [
      "rollback", "roll back", "rolling back", "revert", "back-out", "ロールバック", "切り戻し", "切戻し",
      "戻し手順", "롤백", "되돌리기", "원복",
    ],
    "scaling": [
      "scaling", "scale", "capacity", "スケール", "スケーリング", "増設", "増強", "台数変更", "キャパシティ", "스케일",
      "확장", "증설",
    ],
    "monitoring": [
      "monitor", "alert", "observability", "dashboard", "監視", "モニタリング", "アラート", "ダッシュボード",
      "모니터링", "알림", "알람", "경보", "관측", "관제", "감시", "대시보드",
    ],
    "incident": [
      "incident", "outage", "troubleshooting", "emergency", "障害", "インシデント", "トラブル", "緊急", "異常時",
      "復旧手順", "장애", "인시던트", "긴급", "사고", "이슈 대응", "비상 대응",
    ],
    "deployment": [
      "deploy", "release", "rollout", "roll out", "デプロイ", "リリース", "配備", "本番反映", "배포", "릴리스", "출시",
    ],
    "backup": ["backup", "back up", "restore", "バックアップ", "復元", "リストア", "백업", "복구", "복원"],
    "contact": [
      "contact", "on-call", "on call", "escalation", "連絡先", "連絡網", "連絡体制", "担当者", "当番表", "オンコール",
      "エスカレーション", "연락처", "연락망", "비상 연락", "긴급 연락", "담당자", "온콜", "에스컬레이션",
    ],
  ]

  /// The names that are known in several languages.
  static let known = builtIn.keys.sorted()

  private let synonyms: [String: [String]]

  /// - Parameter synonyms: The team's own words, beside the built-in ones.
  init(synonyms: [String: [String]] = [:]) {
    self.synonyms = synonyms
  }

  /// Whether a heading is that of the section which the policy calls `name`.
  func matches(_ heading: String, _ name: String) -> Bool {
    let heading = TextForm.folded(heading)
    return words(for: name).contains { Self.contains(heading, TextForm.folded($0)) }
  }

  /// The words by which a section is known.
  func words(for name: String) -> [String] {
    [name] + (Self.builtIn[name.lowercased()] ?? []) + (synonyms[name] ?? [])
  }

  /// Latin words only from where a word begins: "health" is not in "unhealthy".
  private static func contains(_ heading: String, _ word: String) -> Bool {
    guard let first = word.unicodeScalars.first else { return false }
    guard first.isASCII else { return heading.contains(word) }
    return heading.ranges(of: word).contains { range in
      range.lowerBound == heading.startIndex
        || !heading[heading.index(before: range.lowerBound)].isLetter
    }
  }
}
