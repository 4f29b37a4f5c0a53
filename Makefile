# make help says what there is. Each target does the set-up that it needs.
PYTHON ?= python3
NO_PYTHON := 找不到 $(PYTHON)；请安装 Python 3.9 以上，或用 make PYTHON=路径 指定 · no $(PYTHON) here: install Python 3.9 or later, or name it, as in make PYTHON=path
HAVE_PYTHON := command -v $(PYTHON) >/dev/null || { echo "$(NO_PYTHON)" >&2; exit 2; }
SETUP := $(HAVE_PYTHON); $(PYTHON) -m scripts.setup
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help bench-soak search-model setup chat test test-models test-telegram encoder bundle test-bundle coverage check format docs bench lock clean

help: ## 显示本表 · this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: ## 安装环境、训练模型，没有变化就什么都不做 · make the environments and the model
	@$(SETUP)

chat: ## 开始对话 · talk to the assistant
	@$(SETUP) --quiet
	@$(BIN)/yingsu chat $(ARGS)

test: ## 全部测试，ARGS="-k 词" 选一部分 · the tests
	@$(SETUP) --quiet
	@$(BIN)/pytest -n auto --dist loadgroup -m "not models" $(ARGS)

test-models: ## 需要 sentence-transformers 的测试 · the tests that need sentence-transformers
	@$(SETUP) models --quiet
	@.venv-models/bin/pytest -m models $(ARGS) || [ $$? -eq 5 ] # 5: none is marked so

test-telegram: ## 用 tg-auto-test 走一遍私聊，需要 Python 3.12 · a private talk against tg-auto-test
	@$(SETUP) telegram --quiet
	@.venv-telegram/bin/pytest tests/bot/telegram/test_auto.py $(ARGS)

bundle: ## 打离线安装包到 dist/ · one archive that installs without a network
	@$(SETUP) --quiet
	@$(PYTHON) -m scripts.bundle

test-bundle: bundle ## 打包，再断网安装、试用 · make the bundle, install and use it without a network
	@TEST_BUNDLE=1 $(BIN)/pytest tests/scripts/test_bundle_offline.py $(ARGS)

encoder: ## 重新生成编码模型到 build/encoder · build the sentence encoder anew
	@$(SETUP) models --quiet
	@.venv-models/bin/python -m scripts.build_encoder $(ARGS)

coverage: ## 测试覆盖了哪些代码 · which code the tests reach
	@$(SETUP) --quiet
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n auto --dist loadgroup -m "not models" $(ARGS)
	@$(BIN)/coverage combine -q && $(BIN)/coverage report

check: ## 检查代码：ruff、mypy、import-linter · check the code
	@$(SETUP) app --quiet
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: ## 整理代码格式 · format the code
	@$(SETUP) app --quiet
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

docs: ## 重写 docs/reference 和 docs/papers · write docs/reference and docs/papers anew
	@$(SETUP) app --quiet
	@$(BIN)/python -m scripts.reference
	@$(BIN)/python -m scripts.paper_pages

bench: ## 与原样的 Rasa 比速度 · compare speed with stock Rasa
	@$(SETUP) --quiet
	@$(BIN)/python -m bench $(ARGS)

bench-soak: ## 压力试验：边杀进程边对话 · people talk while processes are killed
	@$(SETUP) --quiet
	@$(BIN)/python -m bench.soak $(ARGS)

search-model: ## 重新训练查条文的模型 · train the look-up anew
	@$(SETUP) models --quiet
	@.venv-models/bin/python -m scripts.train_search $(ARGS)

lock: ## 重写固定版本清单，UPGRADE=1 换成最新版本 · write the pinned lists anew
	@$(HAVE_PYTHON); $(PYTHON) -m scripts.lock $(if $(UPGRADE),--upgrade)

clean: ## 删除安装和训练的产物，不动数据 · remove what the set-up made, no data
	@rm -rf .venv .venv-models .venv-telegram .setup nlu/.venv nlu/models nlu/.rasa build dist *.egg-info
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
