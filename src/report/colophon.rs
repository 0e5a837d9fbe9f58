//! The lines at the end of a report: what produced it, how to do it again, and how to cite it.

use super::Lang;
use crate::manifest::Manifest;

/// Says what produced the report, so that anybody can produce it again, and how to cite it.
pub fn colophon(manifest: &Manifest, lang: Lang) -> Vec<String> {
    let Manifest { exacity, hash, .. } = manifest;
    let files = manifest.files.len();
    let settings = if manifest.settings.is_empty() {
        lang.pick(
            "no settings changed on the command line",
            "命令行未更改设置",
        )
        .to_owned()
    } else {
        manifest
            .settings
            .iter()
            .map(|set| format!("`{set}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let line = match lang {
        Lang::En => format!(
            "Made by exacity {exacity} from {files} files; {settings}. The same files and settings give the same report, byte for byte. Manifest {hash}"
        ),
        Lang::Zh => format!(
            "由 exacity {exacity} 根据 {files} 个文件生成；{settings}。相同文件与设置生成逐字节相同的报告。清单校验值 {hash}"
        ),
    };
    vec![line, citation(manifest, lang)]
}

/// How to cite the report, and whose the figures are.
fn citation(manifest: &Manifest, lang: Lang) -> String {
    let Manifest {
        project,
        profile,
        exacity,
        hash,
        ..
    } = manifest;
    let profile = if profile.is_empty() {
        String::new()
    } else {
        format!(" ({profile})")
    };
    let run = &hash[..12.min(hash.len())];
    match (lang, &manifest.as_of) {
        (Lang::En, Some(date)) => format!(
            "Cite as: {project}{profile}, as of {date}. exacity {exacity}, run {run}. Figures belong to their sources."
        ),
        (Lang::En, None) => format!(
            "Cite as: {project}{profile}. exacity {exacity}, run {run}. Figures belong to their sources."
        ),
        (Lang::Zh, Some(date)) => format!(
            "引用格式：{project}{profile}，截至 {date}。exacity {exacity}，运行 {run}。数据归其来源所有。"
        ),
        (Lang::Zh, None) => format!(
            "引用格式：{project}{profile}。exacity {exacity}，运行 {run}。数据归其来源所有。"
        ),
    }
}
