// The words of the page, in both languages side by side.
const WORDS = {
  skip: ['Skip to the content', '跳到正文'],
  theme: ['Light or dark', '明暗'],
  export: ['Download', '下载'],
  choose: ['Choose…', '请选择…'],
  parts: ['Parts', '部分'],
  ranking: ['Ranking', '排名'],
  sure: ['How sure', '可靠性'],
  rules: ['Rules', '规则'],
  plans: ['Plans', '规划'],
  report: ['Everything else', '其余内容'],
  profile: ['Profile', '方案'],
  set: ['Weights', '权重方案'],
  strategy: ['Strategy', '策略'],
  method: ['Method', '方法'],
  weights: ['Weights', '权重'],
  'weights-about': [
    'Move one; the others share the rest. The coloured band is where the first place stays first. Save writes them, and what is chosen above, into the project’s files.',
    '移动一个权重，其余按比例分配。色带表示第一名不变的范围。保存会将权重及上方的选择写入项目文件。',
  ],
  reset: ['As saved', '恢复'],
  equal: ['All equal', '全部相等'],
  save: ['Save', '保存'],
  'save-as': ['Save as…', '另存为…'],
  'new-set': ['Name of the new set', '新方案名称'],
  toml: ['The weights as TOML', '权重的 TOML 写法'],
  copy: ['Copy', '复制'],
  hold: ['Hold the order', '保持顺序'],
  'sure-title': ['How sure is this ranking?', '排名有多可靠？'],
  'sure-about': [
    'Weights and other settings are drawn many times around what is on screen. Places that the draws cannot tell apart should not be told apart.',
    '围绕当前设置多次随机抽取权重等参数。抽样无法区分的地区，不应强行区分。',
  ],
  draws: ['Draws', '抽样次数'],
  seed: ['Seed', '随机种子'],
  vary: ['What varies, one per line; empty: the weights', '变动的设置，每行一个；空白表示权重'],
  draw: ['Draw', '开始抽样'],
  stop: ['Stop', '停止'],
  'rules-title': ['Settings, rules and their tests', '设置、规则与测试'],
  file: ['File', '文件'],
  load: ['Load again', '重新载入'],
  use: ['Rank by this rule', '用此规则排名'],
  'new-rule': ['New rule', '新规则'],
  make: ['Make', '新建'],
  text: ['Text of the file', '文件内容'],
  verdict: ['What the check says', '检查结果'],
  'plans-title': ['What to build, when and where', '何时何地建设什么'],
  plan: ['Plan', '规划'],
  scenario: ['Scenario', '情景'],
  changes: ['Changes, one per line, as in budget=*0.9', '更改，每行一个，如 budget=*0.9'],
  solve: ['Solve', '求解'],
  further: ['Also what ambition costs, and other futures', '另算各级目标的成本与其他情景'],
  'report-about': ['The rest of the report, for what is on screen.', '当前设置下报告的其余部分。'],
  close: ['Close', '关闭'],
  against: ['Compare with', '与之比较'],
  local: [
    'This page talks to the exacity on this machine and to nobody else.',
    '本页面只与本机的 exacity 通信。',
  ],
  rank: ['rank', '排名'],
  place: ['place', '地区'],
  score: ['score', '得分'],
  bar: ['What it is made of', '得分构成'],
  ranges: ['ranks', '名次范围'],
  count: ['{shown} of {n} places in sight', '显示 {shown} / {n} 个地区'],
  nobody: ['No place is ranked under these settings.', '当前设置下没有地区参与排名。'],
  unranked: ['This profile shows places side by side, without a rank.', '此方案并列展示各地区，不作排名。'],
  inside: ['{n} parts of {name}', '{name}的 {n} 个部分'],
  lock: ['Lock {name}', '锁定{name}'],
  weight: ['{name}, percent', '{name}，百分比'],
  stays: ['the first place stays first from {from} to {to}', '{from} 至 {to} 之间第一名不变'],
  searched: ['by search', '搜索得出'],
  moved: ['{name} at {share}.', '{name}：{share}。'],
  now: ['{place} now {rank}, was {before}.', '{place}现为第 {rank} 名，原为第 {before} 名。'],
  others: ['{n} others moved.', '另有 {n} 个地区变动。'],
  same: ['Nobody moves.', '名次不变。'],
  refused: ['Not possible: the ranking is the one before.', '无法如此设置：显示的是此前的排名。'],
  broken: [
    'The files of the project cannot be read at the moment. What you see is their last good state.',
    '项目文件目前无法读取。显示的是最近一次有效的状态。',
  ],
  empty: ['The project cannot be read, so there is nothing to show yet.', '项目无法读取，暂无内容。'],
  gone: ['The server does not answer. Trying again…', '服务器没有响应，正在重试……'],
  locked: ['Open the link that `exacity serve` printed.', '请打开 `exacity serve` 给出的链接。'],
  changed: ['The project changed on disk: this is the new state.', '项目文件已更改：显示的是新状态。'],
  saved: ['Saved to {path}.', '已保存到 {path}。'],
  copied: ['Copied.', '已复制。'],
  line: ['line {n}', '第 {n} 行'],
  fine: ['Nothing to complain about.', '没有发现问题。'],
  passed: ['{n} tests passed', '{n} 项测试通过'],
  failed: ['{n} failed', '{n} 项失败'],
  judges: ['Judges {n} of {of} places', '可评判 {of} 个地区中的 {n} 个'],
  preview: ['The first places by this rule', '按此规则的前几名'],
  theirs: ['On disk now', '磁盘上的内容'],
  take: ['Take that text', '采用该内容'],
  mine: ['Keep mine and save over it', '保留我的并覆盖'],
  drawn: ['{n} of {of} draws', '已抽样 {n} / {of}'],
  'so-far': ['So far, after {n} draws; the largest change since the last look is {change}.', '目前已抽样 {n} 次；自上次以来最大变化 {change}。'],
  'stopped-early': ['Stopped after {n} draws.', '抽样 {n} 次后停止。'],
  'drawn-for-other': ['Drawn for other settings than those on screen.', '抽样时的设置与当前不同。'],
  searching: ['Searching: no plan yet', '求解中：尚无方案'],
  gap: ['Searching: within {gap} of the best possible', '求解中：距最优不超过 {gap}'],
  pricing: ['The plan is below. Pricing levels of its last target…', '规划见下。正在计算最后目标各级的成本……'],
  futures: ['The plan is below. Planning for other futures, and comparing…', '规划见下。正在为其他情景求解并比较……'],
  'plan-itself': ['the plan as it is', '原规划'],
  'no-plans': ['The project has no plans yet.', '项目还没有规划。'],
  readonly: ['The built-in project cannot be changed; `exacity init` writes it out.', '内置项目不能更改；`exacity init` 可将其写出。'],
  project: ['as saved', '按项目设置'],
};

let lang = 'en';

export const language = () => lang;
export const t = (key, values = {}) => {
  const text = WORDS[key]?.[lang === 'zh' ? 1 : 0] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
};

// Puts the words of a language into the page.
export const speak = (wanted) => {
  lang = wanted;
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', t(element.dataset.label));
  const other = document.getElementById('lang');
  other.textContent = lang === 'zh' ? 'English' : '中文';
  other.lang = lang === 'zh' ? 'en' : 'zh-CN';
};
