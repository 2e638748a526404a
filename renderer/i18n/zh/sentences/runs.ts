/** What the studio says of requests, of runs and of the engine that performs them. */
export const runSentences: Readonly<Record<string, string>> = {
  'There is no backend "{name}".': '没有名为“{name}”的后端。',
  'known: auto, {names}': '已知：auto, {names}',
  '{backend} is not available on {platform}.': '{backend} 在 {platform} 上不可用。',
  '{backend} does not work here: {why}': '{backend} 在本机无法使用：{why}',
  '{backend} gives wrong numbers here: {why}.': '{backend} 在本机算出错误的数值：{why}。',
  'a layer differs by {n}': '一层相差 {n}',
  'quantised matrices differ by {n}': '量化矩阵相差 {n}',
  'The engine is already running a request.': '引擎已在执行一个请求。',
  'The engine has no model open yet.': '引擎还没有打开模型。',
  'These tokens are not of the grid this model decodes.': '这些词元不属于此模型解码的网格。',
  "Token id {id} is not in this model's codebook of {codes}.":
    '词元编号 {id} 不在此模型大小为 {codes} 的码本中。',
  'The engine ran out of memory.': '引擎的内存不足。',
  'The engine ran out of memory while it was starting.': '引擎启动时内存不足。',
  'The engine died ({how}).': '引擎意外停止（{how}）。',
  'The engine died while it was starting ({how}).': '引擎在启动时意外停止（{how}）。',
  'The engine died: it was killed, by someone or by the system for lack of memory.':
    '引擎意外停止：进程被终止，可能是有人操作，也可能是系统因内存不足所为。',
  'The engine died while it was starting: it was killed, by someone or by the system for lack of memory.':
    '引擎在启动时意外停止：进程被终止，可能是有人操作，也可能是系统因内存不足所为。',
  'exit code {code}': '退出代码 {code}',
  'signal {signal}': '信号 {signal}',
  'resident memory was {n} MiB': '常驻内存曾为 {n} MiB',
  'of {all} memory {free} are free now': '内存共 {all}，现有 {free} 可用',
  'Another model was chosen.': '已选择另一个模型。',
  'The engine was restarted.': '引擎已重启。',
  'The engine is not running.': '引擎未在运行。',
  'The engine was stopped to cancel a run.': '为取消运行，引擎已停止。',
  'The studio is closing.': '工作室正在关闭。',
  'The engine process did not start in time.': '引擎进程未能及时启动。',
  'The engine stopped answering while {how}.': '引擎在“{how}”时停止响应。',
  'The model did not open in time.': '模型未能及时打开。',
  'The engine answered another question than was asked.': '引擎回答的不是所问的问题。',
  'The engine ended a run without a result.': '引擎结束了运行，但没有结果。',
  'The engine finished a run without a picture.': '引擎完成了运行，但没有图片。',
  'There is no finished picture of this request.': '此请求没有完成的图片。',
  'The run stopped without a result.': '运行停止了，没有结果。',
  'The run {id} has no recorded steps.': '运行 {id} 没有记录步骤。',
  'There is not enough memory for this run.': '内存不足以完成此次运行。',
  'It needs about {need}; {limit} may be used, {free} are free now.':
    '大约需要 {need}；可使用 {limit}，现有 {free} 可用。',
  'It needs about {need}, at least {least}; {limit} may be used, {free} are free now.':
    '大约需要 {need}，至少 {least}；可使用 {limit}，现有 {free} 可用。',
  'Next: {what}.': '下一步：{what}。',
  'Next smaller choice: {what}, about {size}.': '需要更少的选择：{what}，约 {size}。',
  'convert the model to {precision}': '把模型转换为 {precision}',
  'leave reflection out': '不做自我反思',
  'leave the layout plan out': '不做布局规划',
  'set the guidance to 0, which computes one sequence instead of several':
    '把引导设为 0，只计算一个序列而不是多个',
  'close other programs': '关闭其他程序',
  'Something went wrong inside the studio.': '工作室内部出错。',
  'The studio has no such function.': '工作室没有这个功能。',
  'What was sent is nested too deeply.': '发送的内容嵌套太深。',
  'more than {n} deep': '超过 {n} 层',
  'The studio gave a wrong answer to {channel}.': '工作室对 {channel} 的回答有误。',
  'This number of steps is not possible.': '此步数不可用。',
  'The prompt is too long.': '提示词太长。',
  'The setting "{name}" is not valid.': '设置“{name}”无效。',
  'The request is not valid.': '请求无效。',
  'The question is empty.': '问题是空的。',
  'The prompt is empty.': '提示词是空的。',
  'Phrase {n} is empty.': '第 {n} 个短语是空的。',
  'The prompt has {n} characters; this model reads {most}.':
    '提示词有 {n} 个字符；此模型最多读取 {most} 个。',
  'The prompt makes a sequence of {n} tokens; this model reads {most}.':
    '提示词构成 {n} 个词元的序列；此模型最多读取 {most} 个。',
  'Picture and phrases make a sequence of {n} tokens; this model reads {most}.':
    '图片和短语构成 {n} 个词元的序列；此模型最多读取 {most} 个。',
  "{n} tokens are the picture's": '其中图片占 {n} 个词元',
  'Prompt and answer make a sequence of {n} tokens; this model reads {most}.':
    '提示词和回答构成 {n} 个词元的序列；此模型最多读取 {most} 个。',
  'Several steps need the mode that asks for one phrase at a time.': '多步需要逐个询问短语的模式。',
  '{n} steps are more than the {most} image tokens of this model.': '{n} 步多于此模型的 {most} 个图像词元。',
  'Each step has to reveal at least one token.': '每一步至少要揭示一个词元。',
  'The guidance interval starts at {from} and ends at {to}.': '引导区间从 {from} 开始，到 {to} 结束。',
  'The codes to start from are {n}; this grid has {all}.': '起始编码有 {n} 个；此网格有 {all} 个。',
  'The position order does not list the {n} codes.': '位置顺序没有列出全部 {n} 个编码。',
  'At least one step is needed.': '至少需要一步。',
  'The sampling temperature must be above 0.': '采样温度必须大于 0。',
  'The order "explicit" needs a list of positions.': '“explicit”顺序需要一个位置列表。',
  'The explicit order names position {n}; this grid has positions 0 to {last}.':
    '指定的顺序包含位置 {n}；此网格的位置为 0 到 {last}。',
  'The explicit order names position {n} twice.': '指定的顺序两次包含位置 {n}。',
  'The explicit order has {n} positions; this grid has {all}.':
    '指定的顺序有 {n} 个位置；此网格有 {all} 个。',
  'A block of {block} tokens does not divide an answer of {n}.':
    '{block} 个词元的块不能整除 {n} 个词元的回答。',
  'Steps per block and a step ratio cannot both be set.': '每块步数和步数比例不能同时设置。',
  'A block of {block} tokens cannot take {n} steps.': '{block} 个词元的块不能用 {n} 步。',
  'The draft has {n} tokens; the answer has room for {most}.': '草稿有 {n} 个词元；回答只能容纳 {most} 个。',
  'The answer is complete; no step is left to commit.': '回答已完成，没有剩余的步骤。',
  'The network gave a number that is not finite at step {n}.': '网络在第 {n} 步给出了非有限的数值。',
  'logit {i} of {all} is {value}': '第 {i} 个 logit（共 {all} 个）为 {value}',
  'All {n} image tokens are the same after {where}.': '{where}之后，全部 {n} 个图像词元都相同。',
  'every code is {code}': '每个编码都是 {code}',
  'The picture decoded from {where} is one flat colour.': '从{where}解码的图片只有一种颜色。',
  'step {n}': '第 {n} 步',
  'the codes of step {n}': '第 {n} 步的编码',
  'largest standard deviation of a channel: {n} of 255': '通道的最大标准差：{n}（满值 255）',
  'This branch starts from tokens of another model than {name}.':
    '此分支的起始词元来自 {name} 之外的另一个模型。',
  'fingerprint {found}, not {wanted}': '指纹为 {found}，而不是 {wanted}',
  'This picture was made with {made}, but another version of {name} is loaded.':
    '此图片由 {made} 生成，而当前加载的是 {name} 的另一个版本。',
  'This picture was made with {made}, but {name} is loaded.': '此图片由 {made} 生成，而当前加载的是 {name}。',
  'An earlier round of this branch does not fit the model.': '此分支较早的一轮与模型不符。',
  'The branch starts from {n} tokens; this model paints with {all}.':
    '分支从 {n} 个词元开始；此模型用 {all} 个词元绘制。',
  'The region names token {n}; the last one is {last}.': '区域包含词元 {n}；最后一个是 {last}。',
  'The branch holds token id {id}, which this model lacks.': '分支包含此模型没有的词元编号 {id}。',
  'The branch would change a part of the picture that the edit keeps as it is.':
    '此分支会改变编辑所保留的图片部分。',
  'token {n} is outside the region of the edit': '词元 {n} 在编辑区域之外',
  'Nothing is left to paint: mark a region, or branch from an earlier step.':
    '没有可绘制的内容：请标出区域，或从更早的步骤分支。',
  'The branch plans to commit {n} tokens, but {open} are open at its start.':
    '分支计划确定 {n} 个词元，但开始时有 {open} 个未定。',
  '{n} tokens': '{n} 个词元',
  '{n} steps are more than the {open} open tokens.': '{n} 步多于 {open} 个未定的词元。',
  'A branch has one round only; turn reflection off.': '分支只有一轮；请关闭自我反思。',
  'This run has {steps} steps; there is no step {n}.': '此运行有 {steps} 步；没有第 {n} 步。',
  'This run has no round {n}.': '此运行没有第 {n} 轮。',
  'The box {box} is empty.': '框 {box} 是空的。',
  'left, top, right, bottom': '左、上、右、下',
  'The box {box} leaves the picture of {width} × {height} pixels.':
    '框 {box} 超出了 {width} × {height} 像素的图片。',
  'The mask leaves nothing that may change.': '遮罩没有留下可更改的部分。',
  'no pixel is white': '没有白色像素',
  'The region reaches outside the middle square of the picture, which is all the model sees of it.':
    '区域超出了图片中央的正方形，而模型只能看到那一部分。',
  '{n} of {all} pixels; the fit "pad" shows the whole picture':
    '{all} 个像素中的 {n} 个；选“取全部”可显示整张图片',
  'The mask {name} has {w} × {h} pixels, the picture {width} × {height}.':
    '遮罩 {name} 为 {w} × {h} 像素，图片为 {width} × {height}。',
  'The frame lies beside the picture.': '框架在图片之外。',
  'left {left}, top {top}, side {side}; the picture has {width} × {height} pixels':
    '左 {left}，上 {top}，边长 {side}；图片为 {width} × {height} 像素',
  'The frame is {n} pixels wide; this model needs at least {least}.':
    '框架宽 {n} 像素；此模型至少需要 {least} 像素。',
  'Each of its tokens has to stand for a pixel at least.': '每个词元至少要对应一个像素。',
  'What may change reaches outside the frame, which is all the model sees of the picture.':
    '可更改的部分超出了框架，而模型只能看到框架之内。',
  '{n} of {all} pixels; the frame is {side} pixels wide from {left}, {top}':
    '{all} 个像素中的 {n} 个；框架从 {left}, {top} 起，宽 {side} 像素',
  'A picture is extended or edited in a region, not both at once.':
    '图片要么扩展，要么在区域内编辑，不能同时进行。',
  'A frame of {n} × {m} pixels is too large.': '{n} × {m} 像素的框架过大。',
  'The extended picture would be too large: {w} × {h} pixels.': '扩展后的图片会过大：{w} × {h} 像素。',
  'The extension adds nothing: all four sides are 0.': '没有扩展任何部分：四边都是 0。',
  'A description needs a part of the picture to paint: a mask, a box, a frame or an extension.':
    '描述需要图片中要绘制的部分：遮罩、框、框架或扩展。',
  'A whole picture is painted after a description by text-to-image.': '按描述绘制整张图片请用文生图。',
  "On {backend} up to {need} of the graphics adapter's own memory come on top, an upper bound that was measured on no adapter yet; which adapter it uses, and how much that has, cannot be told.":
    '使用 {backend} 时另需至多 {need} 显存（未经任何显卡实测的上限）；无法得知使用哪个显卡及其显存大小。',
  "On {backend} up to {need} of the graphics adapter's own memory come on top, an upper bound that was measured on no adapter yet; how much {adapter} has, the system does not say.":
    '使用 {backend} 时另需至多 {need} 显存（未经任何显卡实测的上限）；系统未说明 {adapter} 的显存大小。',
  "On {backend} up to {need} of the graphics adapter's own memory come on top, an upper bound that was measured on no adapter yet; {adapter} has {have}.":
    '使用 {backend} 时另需至多 {need} 显存（未经任何显卡实测的上限）；{adapter} 有 {have}。',
  'If it fails, choose the CPU backend or a smaller precision.': '若失败，请选择 CPU 后端或更低的精度。',
};
