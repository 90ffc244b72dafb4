//! Word lists of the genre, and the one way to look them up.

use std::sync::OnceLock;

/// Characters that Chinese numerals are made of.
pub const HAN_NUMERALS: &str = "零〇一二三四五六七八九十百千万亿两";

/// Words of the page around a plan; a short line with one of them is no text of the plan.
pub const NAVIGATION: &[&str] = &[
    "首页",
    "当前位置",
    "您现在的位置",
    "您所在的位置",
    "所在位置",
    "字体大小",
    "字号",
    "打印本页",
    "打印",
    "关闭窗口",
    "点击关闭",
    "浏览次数",
    "访问次数",
    "阅读次数",
    "阅读量",
    "浏览量",
    "点击数",
    "点击:",
    "阅读:",
    "浏览:",
    "时间:2",
    "点击量",
    "点击次数",
    "发布时间",
    "发布日期",
    "信息来源",
    "来源:",
    "作者:",
    "编辑:",
    "索引号",
    "文件名称",
    "发布机构",
    "成文日期",
    "生成日期",
    "公开方式",
    "公开时限",
    "公开日期",
    "信息分类",
    "主题分类",
    "体裁分类",
    "有效性",
    "责任编辑",
    "分享到",
    "分享:",
    "扫一扫",
    "上一篇",
    "下一篇",
    "上一条",
    "下一条",
    "版权所有",
    "备案号",
    "ICP备",
    "公网安备",
    "网站地图",
    "联系我们",
    "关于我们",
    "主办单位",
    "主办:",
    "承办单位",
    "承办:",
    "技术支持",
    "网站标识码",
    "返回顶部",
    "回到顶部",
    "相关链接",
    "相关阅读",
    "相关文章",
    "相关新闻",
    "附件下载",
    "友情链接",
    "无障碍",
    "用户登录",
    "站内搜索",
    "加入收藏",
    "Copyright",
    "copyright",
    "©",
    "政府信息公开",
    "简体",
    "繁體",
    "English",
    "移动版",
    "手机版",
    "免责声明",
    "隐私",
    "网站声明",
    "政民互动",
    "办事服务",
    "政务公开",
    "新闻中心",
    "信息公开目录",
    "邮箱:",
    "邮编:",
    "地址:",
    "微信公众号",
    "客户端",
    "【大",
    "【中",
    "扫码",
    "收藏",
    "网站导航",
    "通知公告",
    "热门推荐",
    "传真:",
    "联系电话",
    "咨询电话",
    "文号:",
    "主题词",
    "发文机关",
    "公开类别",
    "统一编号",
];

/// Phrases with which a letter hands the plan on.
pub const TRANSMITTAL: &[&str] = &[
    "印发给你们",
    "现印发",
    "请认真贯彻",
    "请遵照执行",
    "请结合实际",
    "认真抓好落实",
    "认真组织实施",
    "特此通知",
    "请认真学习",
    "予以印发",
];

/// What titles of plans end with.
pub const TITLE_ENDS: &[&str] = &[
    "计划",
    "要点",
    "方案",
    "报告",
    "规划",
    "安排",
    "分解表",
    "任务书",
    "责任书",
    "清单",
    "目标任务",
    "打算",
    "思路",
    "重点工作",
    "实施意见",
    "任务分解",
    "工作任务",
    "责任分工",
    "分工方案",
    "一览表",
    "任务表",
];

/// What names of public bodies end with.
pub const BODY_ENDS: &[&str] = &[
    "局",
    "委员会",
    "委",
    "政府",
    "办公室",
    "学校",
    "中学",
    "小学",
    "幼儿园",
    "大学",
    "学院",
    "医院",
    "中心",
    "领导小组",
    "会",
    "党组",
    "党委",
    "总支",
    "支部",
    "街道",
    "办事处",
    "集团",
    "厅",
    "部",
];

/// Titles of table columns.
pub const COLUMN_TITLES: &[&str] = &[
    "序号",
    "编号",
    "类别",
    "项目",
    "任务",
    "目标",
    "目标任务",
    "工作任务",
    "重点任务",
    "重点工作",
    "重点工作任务",
    "工作内容",
    "主要内容",
    "具体内容",
    "任务内容",
    "工作目标",
    "主要任务",
    "具体任务",
    "主要目标",
    "目标要求",
    "工作要求",
    "工作措施",
    "主要措施",
    "具体措施",
    "推进措施",
    "工作举措",
    "主要举措",
    "责任科室",
    "责任单位",
    "责任部门",
    "责任人",
    "责任领导",
    "分管领导",
    "牵头单位",
    "牵头部门",
    "牵头科室",
    "配合单位",
    "配合科室",
    "协办单位",
    "主办科室",
    "主办单位",
    "承办科室",
    "完成时限",
    "完成时间",
    "时间节点",
    "时间安排",
    "时限",
    "时间",
    "进度安排",
    "进度要求",
    "备注",
    "指标",
    "指标名称",
    "目标值",
    "年度目标",
    "年度目标值",
    "计量单位",
    "单位",
    "项目名称",
    "建设内容",
    "工作项目",
    "重点项目",
    "任务分解",
    "任务名称",
    "分项任务",
    "指标值",
    "牵头领导",
    "参与单位",
    "落实单位",
    "实施单位",
    "时间要求",
    "完成期限",
    "一级指标",
    "二级指标",
    "三级指标",
    "工作事项",
    "重点事项",
    "事项",
    "内容",
    "量化指标",
    "量化目标",
    "年度任务",
    "年度计划",
    "责任处室",
    "牵头处室",
    "配合处室",
    "配合部门",
    "督办领导",
    "联系人",
    "进展情况",
    "月份",
    "工作安排",
    "负责人",
    "负责部门",
];

/// Labels before a list of those responsible.
pub const OWNER_LABELS: &[&str] = &[
    "责任科室",
    "责任单位",
    "责任部门",
    "责任人",
    "责任领导",
    "分管领导",
    "牵头单位",
    "牵头部门",
    "牵头科室",
    "牵头",
    "牵头处室",
    "配合单位",
    "配合科室",
    "配合部门",
    "配合",
    "主办科室",
    "主办单位",
    "主办",
    "协办",
    "协办单位",
    "承办科室",
    "承办单位",
    "责任处室",
    "配合处室",
    "落实单位",
    "参与单位",
    "参加单位",
    "牵头领导",
    "实施单位",
    "负责科室",
    "负责部门",
    "负责人",
    "责任",
    "牵头责任单位",
    "责任股室",
    "牵头股室",
    "协助单位",
    "责任主体",
];

/// Labels before a day.
pub const TIME_LABELS: &[&str] = &[
    "完成时限",
    "完成时间",
    "时限",
    "时间节点",
    "时间安排",
    "时间要求",
    "时间",
    "完成期限",
    "进度安排",
    "进度要求",
    "期限",
    "办理时限",
];

/// What may stand before the figure of a cell that holds only a figure.
pub const FIGURE_BEFORE: &[&str] = &[
    "",
    "≥",
    "≤",
    ">",
    "<",
    "不少于",
    "不低于",
    "至少",
    "达到",
    "达",
    "超过",
    "不超过",
    "控制在",
    "约",
    "稳定在",
    "保持在",
    "全年",
    "大于",
    "小于",
    "力争",
    "力争达到",
    "低于",
    "高于",
];

/// What may stand after the figure of a cell that holds only a figure.
pub const FIGURE_AFTER: &[&str] = &["", "以上", "以内", "以下", "左右", "及以上", "内", "/年", "(含)以上"];

/// Departments end with one of these.
pub const OFFICE_ENDS: &[&str] = &[
    "科",
    "处",
    "室",
    "办",
    "局",
    "委",
    "组",
    "股",
    "院",
    "会",
    "站",
    "所",
    "队",
    "中心",
    "部",
    "政府",
    "街道",
    "镇",
    "乡",
    "团委",
    "学校",
    "中学",
    "小学",
    "幼儿园",
    "集团",
    "公司",
    "单位",
    "部门",
    "镇街",
    "县区",
    "镇街",
    "各校",
    "党委",
    "支部",
    "总支",
    "馆",
    "园",
    "校",
    "大队",
    "园区",
    "开发区",
    "工会",
    "景区",
    "电视台",
    "妇联",
    "科协",
    "残联",
    "社区",
    "村",
    "医院",
    "处室",
    "科室",
    "站所",
    "年级",
    "教研组",
    "系",
    "领导",
    "大学",
    "学院",
    "专班",
    "县市区",
    "各县",
    "县区",
];

/// Titles of persons in office; a cell of them says who leads, not which department answers.
pub const PERSON_ENDS: &[&str] = &[
    "镇长", "乡长", "书记", "委员", "主席", "主任", "局长", "科长", "校长", "园长", "院长", "部长", "组长", "县长",
    "区长", "市长", "所长", "处长",
];

/// A set of words looked up by their longest prefix match.
pub struct Words {
    /// For each character of the basic plane the number of its list plus one; 0 where no word begins so.
    first: Vec<u16>,
    /// Words by first character, longest first.
    lists: Vec<Vec<Vec<char>>>,
}

impl Words {
    fn new(lists: &[&str]) -> Self {
        let mut first = vec![0u16; 0x1_0000];
        let mut by_first: Vec<Vec<Vec<char>>> = Vec::new();
        for word in lists.iter().flat_map(|list| list.split_whitespace()) {
            let letters: Vec<char> = word.chars().collect();
            let Some(slot) = first.get_mut(letters[0] as usize) else { continue };
            if *slot == 0 {
                by_first.push(Vec::new());
                *slot = by_first.len() as u16;
            }
            by_first[*slot as usize - 1].push(letters);
        }
        for words in &mut by_first {
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        Self { first, lists: by_first }
    }

    /// Length of the longest word that `chars` begins with; 0 where none does.
    pub fn prefix(&self, chars: &[char]) -> usize {
        let slot = chars.first().and_then(|c| self.first.get(*c as usize)).copied().unwrap_or(0);
        if slot == 0 {
            return 0;
        }
        self.lists[slot as usize - 1].iter().find(|word| chars.starts_with(word)).map_or(0, Vec::len)
    }

    /// Length of the longest word that `chars` ends with, up to five characters.
    pub fn suffix(&self, chars: &[char]) -> usize {
        (1..=chars.len().min(5)).rev().find(|len| self.prefix(&chars[chars.len() - len..]) == *len).unwrap_or(0)
    }

    /// First place where a word of the set begins, with the word's length.
    pub fn find(&self, chars: &[char]) -> Option<(usize, usize)> {
        (0..chars.len()).find_map(|i| Some((i, self.prefix(&chars[i..]))).filter(|(_, len)| *len > 0))
    }
}

macro_rules! word_sets {
    ($($(#[$doc:meta])* $name:ident = $($list:expr),+;)+) => {
        $($(#[$doc])* pub fn $name() -> &'static Words {
            static SET: OnceLock<Words> = OnceLock::new();
            SET.get_or_init(|| Words::new(&[$($list),+]))
        })+
    };
}

/// Verbs of doing that take an object of their own: a clause that opens with one is an act.
const ACTS: &str = "执法检查 路检路查 关闭 创作 采写 缉捕 测训 督促 督导 备足 备齐 补建 新评 新登记 新选 新招录 新签 新上 新开设 新成立 新设立 新启动 新打造 新立项 新获 新增补 贯彻 贯彻落实 深入贯彻 全面贯彻 认真贯彻 学习贯彻落实 严明 锤炼 铺开 延伸 聚合 提档升级 配建 消化 传导 放大 延链 补链 疏浚 除险加固 补种 抚育 封山育林 清缴 发行 上市 股改 技改 建链 冲刺 勇争 繁荣 创排 兴办 产出 申硕 冲击 晋升 评聘 考录 调训 挂图作战 专班推进 倒排 跟踪问效 树牢 密切 精文减会 过紧日子 晒出 亮出 跑出 交出 啃下 树好 选好 堵塞 值守 启用 支教 研修 磨课 晒课 表扬 复制推广 刊播 讲述 发出 制播 集成 联网 迁移 积极争取 主动争取 向上争取 坚定文化自信 增挂 承建 代建 回购 移植 嫁接 引流 导入 导流 促销 展销 直播 带货 外派 援派 援建 巡防 联防 夜巡 清剿 收戒 收押 侦办 侦破 打掉 捣毁 起获 缴获 扣分 记录 存照 复盘 复训 会商 会诊 会审 会办 评查 评定 测绘 确权 颁证 流转 托底 救急 慰问 探访 走亲 换届 增补 补选 选齐 配好 充实 培元 聚焦主责 聚焦主业 建立 完善 健全 制定 制订 出台 实施 推进 推动 开展 组织 加强 强化 深化 加大 落实 抓好 做好 用好 建设 新建 改建 扩建 改扩建 迁建 续建 建成 新增 完成 打造 搭建 成立 组建 培育 创建 评选 招聘 \
    引进 培训 安装 更新 整治 查处 规范 清理 探索 拓展 拓宽 加快 启动 举办 召开 承办 推行 推广 修订 编制 编写 编印 印发 发布 构建 整合 统筹 优化 改造 改善 改革 创新 严格 严控 严查 严禁 严把 \
    严肃 严守 落细 压实 抓实 抓牢 抓紧 抓细 抓严 狠抓 紧抓 夯实 筑牢 扎牢 织密 织牢 守牢 守好 守住 管好 办好 办优 办强 配齐 配强 配足 配优 配备 选优 选派 选树 选聘 选拔 遴选 评定 认定 命名 \
    表彰 扶持 支持 资助 发放 补助 减免 奖励 投入 安排 争取 筹措 筹集 拨付 保证 开设 开发 开放 开通 开办 开工 开足 开齐 设立 设置 设计 布局 规划 谋划 筹划 筹备 筹建 申报 申请 争创 创成 举行 \
    参与 参加 承接 对接 衔接 联系 联合 走访 调研 巡查 检查 督查 督导 抽查 排查 摸排 摸清 核查 审查 审计 评估 评价 考核 监测 监管 监督 检验 检测 整改 治理 打击 取缔 关停 查摆 处置 处理 化解 \
    调处 办理 受理 答复 回应 公开 公示 宣传 宣讲 报道 挖掘 深挖 总结 提炼 凝练 树立典型 弘扬 传承 践行 执行 履行 研制 研判 研发 梳理 理顺 厘清 明确 细化 分解 量化 调整 调配 调动 交流 轮岗 \
    选调 派驻 派出 派遣 送教 结对 帮扶 帮助 指导 辅导 服务好 慰问 关爱 关心 救助 保护 预防 防控 消除 杜绝 疏导 疏通 畅通 打通 补齐 补足 补充 填补 充实 壮大 做大 做强 做优 做实 做精 做细 做深 \
    盘活 激活 扩大 扩充 增加 增设 增配 添置 购置 采购 购买 租赁 铺设 敷设 绿化 栽植 修建 修复 修缮 维修 维护好 维护 装修 装备 升级 迭代 提标 扩面 推出 上线 上架 运营 使用 运用 应用 依托建设 \
    接入 筛查 签约 签订 签署 招引 招收 招录 招商 招募 引育 引入 引导建立 储备 培养 培优 锻造 轮训 集训 演练 开拓 融入 融合 吸纳 吸收 发展 发掘 发动 发起 动员 号召 倡导 提倡 传播 编排 编撰 \
    汇编 录制 制作 拍摄 征集 采集 录入 归集 汇聚 共享 联通 互联 打破 破除 破解 解决 攻克 突破 攻坚 抢抓 主抓 聚力 聚焦抓 瞄准 锁定 抢占 紧盯 盯紧 紧扣 重视 关注 禁止 取消 停止 停办 撤并 合并 \
    搬迁 拆除 征收 征地 收储 出让 供应 供地 供给 提供 保供 腾退 退出 兑现 兑付 清偿 偿还 追缴 收缴 征缴 审批 核发 核定 核准 验收 验证 交付 交房 交易 竣工 封顶 投用 投产 投运 投放 试行 试运行 \
    先行先试 推介 推荐 推选 推优 举荐 列出 列明 建好 建强 建优 建全 建设好 搞好 开好 讲好 上好 写好 编好 守护 呵护 护航 护佑 擦亮 唱响 叫响 打好 打赢 打响 打牢 念好 走好 走深 走实 下好 种好 \
    育好 育强 带好 教好 学好 管住 管控 把牢 把好 把握 把控 扛牢 扛起 压减 压降 压缩 精简 精选 精编 减少 降低 控制 削减 淘汰 替代 置换 置办 盘点 清查 清退 清收 清洗 清运 清淤 收集 收治 回收 \
    处罚 问责 追责 约谈 通报 曝光 警示 检视 引领 示范 示范推广 牵头 负责 协调 协助 协同 配合 联动 联建 共建 共育 携手 邀请 聘请 聘用 聘任 任命 任用 提拔 调任 安置 留住 稳住 稳岗 稳妥 稳控 \
    改进 改良 纠正 纠治 根治 整顿 重塑 重构 再造 焕新 美化 亮化 净化 硬化 洁化 序化 拉动 盯住 活跃 丰富 充分发挥好 培塑 擘画 绘制 绘就 描绘 编织 兜牢 兜住 兜底 织就 托起 撬动 链接 架设 架起 \
    深耕 厚植 涵养 滋养 耕好 点亮 打磨 打捞 打包 转化 转变 转型 转移 输送 输出 促建 谋定 谋实 赋予 授予 出版 刊发 发表 发送 推送 报送 上报 提交 提请 提出 实行 执行好 落地 落户 签下 拿下 攻下 \
    拓荒 全力打 坚持办 坚持开展 出动 布设 布置 布点 加装 加固 加密 加压 加挂 改扩 改版 新开 新设 新招 新聘 新引进 新培育 新组建 新创 新创建 新认定 新改扩建 新发展 新增设 新装 新植 新编 新购 复垦 \
    流转 开垦 播种 培植 孵化 繁育 选育 推种 放流 放养 立项 批复 开建 动工 复工 改签 回访 家访 约访 接访 下访 包联 包保 挂联 挂牌 挂职 揭牌 设点 巡诊 巡回 巡讲 巡演 巡逻 巡察 巡视 送戏 送医 \
    送法 送岗 走进 进驻 入驻 入户 入企 下沉 常抓 齐抓 从严抓 巧用 善用 活用 用活 用足 用准 承担 主办 协办 筹办 施训 施行 立足抓 奖补 奖优 惩处 惩治 纠偏 纠风 抵制 抓获 破获 侦破 侦办 起诉 \
    执结 调解 普及 扫除 扫清 凝聚 激励 支援 援助 扶贫 助企 助农 纾困 深推 全推 续签 续聘 抓住 抓早 抓小 抓常 抓长 抓出 拉练 评比 评优 评审 评议 测评 测试 测算 质检 抽检 抽测 巡考 命题 组考 \
    录取 劝返 摸底 建档 归档 存档 立卷 造册 统计 普查 调查 访谈 座谈 恳谈 交办 督办 催办 转办 领办 代办 帮办 拟定 制成 制发 研学 观摩 展示 展播 展演 比拼 争当 争做 争先 竞选 举报 当好 扮好 \
    种下 栽好 养好 护好 治好 看好 盯牢 盯好 理清 理出 列好 摆好 下放 下达 上收 分配 划定 划转 划拨 移交 接管 托管 代管 合建 互认 互通 同建 同创 共创 同享 正风肃纪 持之以恒 力推 力促 力抓 \
    做到抓 坚定推进 狠刹 严防 严打 严管 慎重 妥善 做活 做响 做亮 做靓 做足 做透 做牢 做严 做全 停招 新铺 铺筑 募集 撰写 吊销 挽回 补植 外出 订单培养 定向培养 柔性引进 更换 应对 突出抓好 着力抓好 \
    学习贯彻 学习宣传 学习借鉴 研究制定 研究出台 研究部署 研究解决 反腐倡廉 恢复 保留 增挂 换装 轮换 承训 送培 外聘 返聘 增招 招硕 招博 植树造林 送戏下乡 征迁 腾空 拆迁 收回 新购置 新培养 新认证 \
    新申请 新改建 新开工 新签约 新落户 新投产 新入库 增聘 选送 送训 组团 组队 带队 观看 参观 走访慰问 帮教 帮带 结对帮扶 认领 整理 梳理公布 公布 晾晒 点评 督察 述职 述评 建账 销号 清仓 清库 缴获 \
    抽样 快检 送检 普检 筛选 复查 复核 排查整治 查封 扣押 没收 移送 办结 审理 审判 提起 起草 修编 编纂 翻印 印制 印刷 张贴 悬挂 派发 投递 盘清 兜清 建库 上图 落图 测绘 勘查 勘探 钻探 打井 \
    挖塘 筑坝 架桥 修路 铺路 安放 安设 加设 加建 扩容 扩股 提标改造 改薄 改厕 改灶 改圈 治污 治水 治土 治超 治堵 治乱 治欠 降尘 退税 授信 放贷 投保 承保 理赔 募资 增资 认养 领养 收养 安葬 \
    火化 迁坟 祭扫 共祭";

/// Verbs that give aim or result of the act before them.
const RESULTS: &str = "吸引 防范 提升 提高 增强 促进 保障 营造 形成 巩固 引导 鼓励 激发 满足 减轻 防止 杜绝 助力 服务 发挥 让 使 确保 实现 力争 做到 稳定 树立 注重 突出 把 纳入 作为 列入 达到 达成 成为 走出 \
    凝聚 彰显 展现 维护 守护 缩小 缓解 避免 遏制 带动 支撑 保持 塑造 赢得 释放 惠及 方便 构筑 推动形成 保证 力求 争取 争创 创成 争当 不断满足 切实办好 切实减轻 全面提升 充分发挥 充分调动 充分激发 调动 弘扬 传递 汇聚 共同 \
    推动实现 降低 减少 防范化解 以 用 按 据 使得 努力 进而 从而 不让 不留 不漏 不发生 不得 严防 谨防 护航 提振 提质 提档 增进 增添 拉近 便利 便于 得到 取得 获得 获 走在 位居 位列 进入 跻身 领跑 杜绝 做到 力保 确保 保 \
    有效解决 有效遏制 有效提升 有效防范 有力保障 有力支撑 有力促进 全力保障 坚决杜绝 坚决防止 坚决遏制 引领 带领 助推 培养 扩大 \
    实现了 促使 加速形成 逐步形成 逐步实现 逐步建成 基本形成 基本建成 基本实现 着力破解 切实解决 切实提高 尽量 尽力 同步提升 优先保障 赋能 护佑 造福 回应 体现 反映 满足 覆盖 惠民 打通";

/// Words before a verb that say how or how much.
const ADVERBS: &str = "严厉 依规依纪 创新性 常年 进一步 全面 深入 大力 积极 切实 持续 不断 着力 有序 稳步 扎实 认真 主动 充分 有效 继续 逐步 坚决 牢牢 紧紧 精心 广泛 高质量 高标准 高水平 高起点 高效 高品质 高规格 常态化 常态 多渠道 \
    分类 分批 分层 分级 分步 分期 分片 分阶段 全力 全程 及时 定期 适时 依法 依规 依法依规 依纪依法 科学 合理 精准 优先 重点 定向 订单式 柔性 自行 严密 率先 集中 同步 一体 一体化 系统 深度 尽快 尽早 尽力 从严 从快 平稳 有力 因地制宜 滚动 \
    全方位 多形式 多维度 多层次 多元 多途径 先行 带头 自觉 始终 长期 规范有序 扎实有序 积极稳妥 稳妥 稳慎 审慎 科学有序 有计划 有组织 有针对性 针对性 创造性 系统性 整体 协同 统一 灵活 深化细化 持续深化 坚定不移 坚定 毫不动摇 毫不松懈 \
    用心 用情 用力 倾力 倾情 强力 合力 奋力 竭力 努力 大胆 勇于 善于 乐于 敢于 专题 专项 专门 专人 逐一 逐项 逐校 逐人 逐户 逐级 层层 全员 全域 全链条 全过程 全覆盖 快速 迅速 立即 抓紧 加紧 加速 提前 按时 按期 如期 按质按量 足额 按时足额 保质保量 层层 \
    综合 统筹 联合 协调 纵深 纵向 横向 线上线下 线上 线下 网上 现场 实地 就近 随机 动态 实时 跟踪 反复 普遍 基本 总体 初步 试点 先行先试 新 再 还 也 又 均 都 各 要 应 须 拟 计划 计划内 预计 必须 更加 更好 更大力度 适度 适当 \
    严格 公开 公平 公正 规范 务实 切实有效 自主 独立 牢固 深刻 广泛深入 认真细致 严肃 严肃认真 从细 从实 靶向 精细 精细化 规范化 标准化 数字化 项目化 清单化 闭环 有机 大幅 大幅度 显著 明显 超前 提早 早 快 常 严 真 狠 强 深 细 实 重 \
    抢干快干 攻坚克难 久久为功 锲而不舍 一以贯之 持之以恒 善作善成 多措并举 多点 多方 多部门 上下 内外 齐心协力 因校制宜 分类施策 精准施策 压茬 梯次 整体性 全市 全县 全区 全镇 全校 全局 全系统";

/// Words that join clauses.
const JOINTS: &str =
    "并且 并 同时 以及 及 且 另外 此外 与此同时 还要 还 此后 然后 随后 其次 再次 最后 首先 一方面 另一方面 又 也";

/// Words that open a clause of manner or ground.
const MANNERS: &str = "通过 围绕 紧紧围绕 按照 根据 依据 依托 坚持 结合 立足 针对 对标 对照 遵循 采取 采用 本着 借助 借力 利用 抓住 抢抓 把握 聚焦 紧扣 着眼 着眼于 鉴于 基于 为 为了 随着 在 以 以此 对 对于 向 从 由 经 经过 \
    按 依 用 秉持 秉承 瞄准 面向 面对 顺应 适应 高举 坚定 牢记 牢牢把握 锚定 突出 注重 强化问题导向 着力 将 把 与 同 于 自 当 因 到 赴";

/// Verbs of the kind that a number after them counts; they may be left out of the phrase that says what.
const LIGHT: &str = "其余 坚持 完成 实现 开展 组织 举办 举行 实施 进行 达到 确保 力争 争取 努力 做到 保证 力保 安排 计划 预计 召开 推进 推动 落实 抓好 做好 加快 加大 保持 控制 严控 拟 将 要 全部 总共 共 累计 合计 总计 \
    开设 承办 遴选 \
    促进 强化 加强 提供 稳定 巩固 深化 继续 参加 参与 建立 认真 切实 积极 大力 全面 深入 扎实 有序 稳步 持续 不断 着力 进一步 多渠道 高质量 高标准 分批 分期 年度 统筹 集中 牢牢 坚决 严格 常态化 定期 再 还 新 各 均 都 至少 分别";

word_sets! {
    /// Verbs of doing.
    acts = ACTS;
    /// Verbs of aim and result.
    results = RESULTS;
    /// Words before a verb.
    adverbs = ADVERBS;
    /// Words that join clauses.
    joints = JOINTS;
    /// Words that open manner and ground.
    manners = MANNERS;
    /// Verbs that say nothing of what is counted.
    light = LIGHT;
    /// What closes a clause of manner or ground.
    manner_ends = "等方式 等形式 等途径 等手段 等举措 等措施 等渠道 等办法 方式 形式 途径 基础上 的基础上 契机 为契机 依托 为依托 为目标 为导向 为抓手 为核心 为重点 为引领 为主线 为统领 为载体 为突破口 为根本 为中心 为主题 为牵引 为支撑 \
        为基础 为动力 为纽带 为平台 为主 为着力点 为出发点 为指导 为总抓手 为遵循 为保障 前提下 为前提 过程中 要求 原则 部署 精神 思路 目标 指导下 领导下 引领下 为切入点 为标准 为单位 为主体 为补充 为宗旨 为关键 为龙头 为原则 为指引 为方向 标准 导向 理念 规定 契合点";
    /// The plan's own year and what is still to come.
    future = "今年 本年 本年度 将 力争 争取 确保 计划 拟 预计 再 新建 新增 年内 年底前 全年 下一步 到年底 明年 要 努力";
    /// What has been.
    past = "去年 上年 上一年 上年度 前年 往年 截至 截止 目前 现有 现已 已 已经 累计已 仍有 尚有 还有 仍存在 现状 近年来 近三年 五年来 三年来 一年来 过去一年 过去五年 当前 迄今 至今 历年 上学年 上学期 上半年已 同期 原有 共有 现共有 存量";
}

/// True when the characters, adverbs aside, begin with a verb of doing.
pub fn starts_with_act(chars: &[char]) -> bool {
    act_at(chars).is_some()
}

/// Skips joints and adverbs, then reads a verb of doing: its place and length.
pub fn act_at(chars: &[char]) -> Option<(usize, usize)> {
    let start = skip_adverbs(chars);
    // An adverb may itself be the verb: 规范办学行为, 统筹专业布局.
    let verb = acts().prefix(&chars[start..]);
    if verb > 0 {
        return Some((start, verb));
    }
    let first = acts().prefix(chars);
    (first > 0 && start > 0).then_some((0, first)).or_else(|| resultative(&chars[start..]).then_some((start, 2)))
}

/// Length of the joints and adverbs at the start.
pub fn skip_adverbs(chars: &[char]) -> usize {
    let mut at = 0;
    for _ in 0..6 {
        let rest = &chars[at..];
        let step = joints().prefix(rest).max(adverbs().prefix(rest));
        // A longer verb wins over a short adverb: 严格执行, 新建.
        if step == 0 || acts().prefix(rest) > step {
            break;
        }
        at += step;
        if chars.get(at) == Some(&'地') {
            at += 1;
        }
    }
    at
}

/// Verbs of one character with the result they reach: 抓实, 织密, 用活.
fn resultative(chars: &[char]) -> bool {
    const DOING: &str = "备抓做办用建管守把讲打配织筑压唱擦补拓下开理稳盯扛兜育聚优强严控破疏拧绷扣走夯厚";
    const DONE: &str = "好实牢强优细严齐足全准紧密住通亮响深新活大稳";
    matches!(chars, [a, b, ..] if DOING.contains(*a) && DONE.contains(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(text: &str) -> bool {
        starts_with_act(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn adverbs_do_not_hide_the_act() {
        for clause in [
            "建立机制",
            "进一步完善机制",
            "并强化监管",
            "持续深入开展整治",
            "规范办学行为",
            "统筹专业布局",
            "织密防护网",
            "严格执行制度",
            "新建幼儿园",
        ] {
            assert!(act(clause), "{clause}");
        }
        for clause in ["公办园覆盖率", "每人联系学校", "营造良好氛围", "学校自查"] {
            assert!(!act(clause), "{clause}");
        }
    }
}
