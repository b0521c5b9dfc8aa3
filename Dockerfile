# One image for web, worker, beat and migrations; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements/base.txt requirements/
RUN pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements/base.txt

# The fonts of official documents come from a large package of which a few files are kept, so a stage of its own.
FROM base AS fonts
COPY script/fonts script/
COPY cppcc/documents/build_fonts.py cppcc/documents/standard_characters.txt cppcc/documents/
RUN script/fonts

FROM base
# fontconfig keeps its cache in a home
RUN useradd --create-home --uid 1000 cppcc \
    && mkdir -p var/static /srv/media \
    && chown 1000:1000 var/static /srv/media
COPY --from=fonts /app/var/fonts var/fonts
COPY . .
ENV CPPCC_ENV=production MEDIA_ROOT=/srv/media DJANGO_SETTINGS_MODULE=cppcc.settings
USER 1000
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" python manage.py collectstatic --noinput
VOLUME /srv/media
EXPOSE 8000
CMD ["gunicorn", "cppcc.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--no-control-socket", "--access-logfile", "-"]
