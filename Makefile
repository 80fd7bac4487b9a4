PYTHON ?= python3

.PHONY: help run test lint bench soak screenshots score

help: ## Visa de här raderna
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

run: ## Starta portalen på http://127.0.0.1:8000 (PORT=, INSTANCE=)
	@$(PYTHON) tools/run.py

test: ## Allt som en ändring måste klara
	@$(PYTHON) tools/check.py

lint: ## Bara ruff och mypy
	@$(PYTHON) tools/check.py lint

bench: ## Vad sidorna kostar, som antal gånger golvet (CASES=1000000)
	@.venv/bin/python -m bench

soak: ## De långa proven: fel, kapplöpningar, skannrar (ONLY="faults races"); tar timmar
	@$(PYTHON) tools/soak.py $(ONLY)

screenshots: ## Varje sida i varje läge som bild, i screenshots/index.html (ONLY="case-submitted 390")
	@.venv/bin/python tools/screenshots.py $(ONLY)

score: ## Hur väl dokument läses in, fält för fält (DOCS=mapp VERBOSE=1)
	@.venv/bin/python tools/score.py $(DOCS) $(if $(VERBOSE),-v)
