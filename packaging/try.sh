# Installs the package in a clean system, works with it as a user, and removes it again.
# `cargo xtask ci --full` runs this in a root of its own, without a network.

dpkg --install /spacedrive.deb
useradd --create-home ada
chown -R ada /models /samples /runtime

as_ada() {
    setpriv --reuid=ada --regid=ada --init-groups \
        env -i HOME=/home/ada PATH=/usr/bin:/bin SPACEDRIVE_MODELS_DIR=/models "$@"
}

# What came with it.
test -s /usr/share/bash-completion/completions/spacedrive
test -s /usr/share/zsh/vendor-completions/_spacedrive
test -s /usr/share/fish/vendor_completions.d/spacedrive.fish
test -s /var/lib/dpkg/info/spacedrive.md5sums
dpkg --listfiles spacedrive | grep -q '^/usr/share/man/man1/spacedrive-import\.1\.gz$'
dpkg --listfiles spacedrive | grep -q '^/usr/share/doc/spacedrive/copyright$'
dpkg --listfiles spacedrive | grep -q '^/usr/share/doc/spacedrive/changelog\.gz$'

# Work with it.
as_ada spacedrive --version
as_ada spacedrive paths
as_ada spacedrive library create Home
as_ada spacedrive ext install finance --yes
as_ada spacedrive ext install hello --yes
as_ada spacedrive import /samples
as_ada spacedrive op call query:finance.export_csv.v1 | tee /tmp/receipts.csv
test "$(wc -l < /tmp/receipts.csv)" -gt 5
as_ada spacedrive receipt list
as_ada spacedrive search Nordlicht | tee /tmp/found
grep -q Nordlicht /tmp/found
as_ada spacedrive doctor

# An extension in Python, without a Python of the system.
cd /home/ada
as_ada spacedrive runtime install python --from /runtime/*.whl
as_ada spacedrive ext new my-notes --lang python
as_ada spacedrive ext build my-notes --install --yes
as_ada spacedrive op call query:my_notes.words.v1 --library Home | tee /tmp/words
grep -q words /tmp/words
cd /

# Take it away again: the system does that, and the data stays.
if as_ada spacedrive uninstall --yes 2> /tmp/refused; then
    echo "a package must not remove itself" >&2
    exit 1
fi
grep -q 'apt remove spacedrive' /tmp/refused
dpkg --remove spacedrive
test ! -e /usr/bin/spacedrive
test ! -e /usr/lib/spacedrive
test -d /home/ada/.local/share/spacedrive/libraries
echo "the package works in a clean system"
