"""The gateway's own certificate, as OPC UA asks for it (OPC 10000-6, 6.2.2): self-signed."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plant.moment import SECOND

_KEY_BITS = 2048  # Basic256Sha256 accepts 2048 to 4096, and small controllers are slow with more
_VALID = timedelta(days=20 * 365)  # trust is by pinning; an expiry would only stop the readings
_CLOCKS_APART = timedelta(days=1)  # a server whose clock is behind accepts it too

PrivateKey = rsa.RSAPrivateKey


def new_key() -> PrivateKey:
    """Draw a private key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def key_to_pem(key: PrivateKey) -> bytes:
    """Write a private key down, without a password."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def key_from_pem(pem: bytes) -> PrivateKey:
    """Read a private key; ValueError if it is none of RSA."""
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("it is no RSA key")  # noqa: TRY004 - what is wrong is the file's content
    return key


def self_signed(key: PrivateKey, host: str, now: int) -> bytes:
    """Give a certificate (DER) for the gateway at `host`; `now` is in ns since 1970."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Firstout gateway")])
    moment = datetime.fromtimestamp(now // SECOND, tz=UTC)
    names = [x509.UniformResourceIdentifier(f"urn:{host}:firstout:gateway"), x509.DNSName(host)]
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=True,
        data_encipherment=True,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - _CLOCKS_APART)
        .not_valid_after(moment + _VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
        .add_extension(usage, critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


def of_key(certificate: bytes, key: PrivateKey) -> bytes:
    """Give a certificate (DER) back; ValueError if it is none, or of another key."""
    if x509.load_der_x509_certificate(certificate).public_key() != key.public_key():
        raise ValueError("the certificate is not of this key; remove own.der")
    return certificate


def application_uri(certificate: bytes) -> str:
    """Give the name by which a certificate (DER) calls its owner; ValueError if it has none."""
    names = x509.load_der_x509_certificate(certificate).extensions
    try:
        found = names.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as error:
        raise ValueError("it names no application") from error
    for uri in found.get_values_for_type(x509.UniformResourceIdentifier):
        return uri
    raise ValueError("it names no application")
